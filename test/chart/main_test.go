package chart

import (
	"fmt"
	"os"
	"testing"

	"github.com/go-logr/logr"
	"go.uber.org/goleak"
	"sigs.k8s.io/controller-runtime/pkg/log"
)

// scratch is a folder for what all tests share.
var scratch string

func TestMain(m *testing.M) {
	log.SetLogger(logr.Discard())
	var err error
	if scratch, err = os.MkdirTemp("", "kestra-operator-chart"); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	goleak.VerifyTestMain(m, goleak.Cleanup(func(code int) {
		_ = os.RemoveAll(scratch)
		os.Exit(code)
	}))
}
