package e2e

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"sync"
	"testing"

	"github.com/go-logr/logr"
	"go.uber.org/goleak"
	"sigs.k8s.io/controller-runtime/pkg/log"
)

// project is the project's root, as seen from this package.
const project = "../.."

func TestMain(m *testing.M) {
	log.SetLogger(logr.Discard())
	if err := noteInputs("charts", "cmd", "config", "controllers", "image", "schemas", "webhooks"); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	goleak.VerifyTestMain(onClusters{m})
}

// noteInputs makes go test run the tests again when the operator has changed: it is built and read by other processes,
// of which the cache of results knows nothing.
func noteInputs(folders ...string) error {
	for _, folder := range folders {
		err := filepath.WalkDir(filepath.Join(project, folder), func(path string, _ fs.DirEntry, err error) error {
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

// onClusters runs the tests and then stops the clusters that they started, if any did.
type onClusters struct{ *testing.M }

// Run returns the exit code.
func (m onClusters) Run() int {
	code := m.M.Run()
	if err := errors.Join(clusters.stop(), os.RemoveAll(scratch())); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return max(code, 1)
	}
	return code
}

// scratch is a folder for what is built once for all clusters.
var scratch = sync.OnceValue(func() string {
	folder, err := os.MkdirTemp("", "kestra-operator-e2e-")
	if err != nil {
		panic(err)
	}
	return folder
})
