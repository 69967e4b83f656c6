package chart

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"testing"

	"github.com/go-logr/logr"
	"go.uber.org/goleak"
	"sigs.k8s.io/controller-runtime/pkg/log"
)

// scratch is a folder for what all tests share.
var scratch string

func TestMain(m *testing.M) {
	log.SetLogger(logr.Discard())
	err := noteInputs("charts", "cmd", "config", "controllers", "schemas", "webhooks")
	if err == nil {
		scratch, err = os.MkdirTemp("", "kestra-operator-chart")
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	goleak.VerifyTestMain(m, goleak.Cleanup(func(code int) {
		_ = os.RemoveAll(scratch)
		os.Exit(code)
	}))
}

// noteInputs makes go test run the tests again when the chart or the operator has changed: both are read by other
// processes, of which its cache of results knows nothing.
func noteInputs(folders ...string) error {
	for _, folder := range folders {
		err := filepath.WalkDir(filepath.Join("..", "..", folder), func(path string, _ fs.DirEntry, err error) error {
			if err == nil {
				_, err = os.Stat(path)
			}
			return err
		})
		if err != nil {
			return fmt.Errorf("note the tests' inputs: %w", err)
		}
	}
	return nil
}
