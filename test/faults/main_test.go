package faults_test

import (
	"flag"
	"fmt"
	"net/http"
	"os"
	"testing"

	"github.com/go-logr/logr"
	"go.uber.org/goleak"
	"k8s.io/klog/v2"

	"github.com/kestra-operator/kestra-operator/test/cluster"
	"github.com/kestra-operator/kestra-operator/test/suite"
)

// exhaustive runs every way for every call; otherwise a few ways for every call, all of them somewhere.
var exhaustive = flag.Bool("exhaustive", os.Getenv("FAULTS") == "exhaustive", "let every call fail in every way")

// parallelRuns is how many runs are under way at a time. They mostly wait: for time-outs and for retries.
const parallelRuns = "24"

// plane is one API server for every run.
var plane *cluster.ControlPlane

func TestMain(m *testing.M) {
	klog.SetLogger(logr.Discard())
	// Before the command line is read, which may say otherwise.
	if err := flag.Set("test.parallel", parallelRuns); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	suite.Suite{Plane: &plane, Leaks: []goleak.Option{suite.MetadataWatch()}, After: func() {
		report.print(os.Stdout)
		_ = os.RemoveAll(built)
		http.DefaultTransport.(*http.Transport).CloseIdleConnections()
	}}.Main(m)
}
