package faults_test

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"net/http"
	"os"
	"sync"
	"testing"

	"github.com/go-logr/logr"
	"go.uber.org/goleak"
	"k8s.io/apimachinery/pkg/runtime"
	clientgoscheme "k8s.io/client-go/kubernetes/scheme"
	"k8s.io/klog/v2"
	"sigs.k8s.io/controller-runtime/pkg/envtest"
	"sigs.k8s.io/controller-runtime/pkg/log"

	"github.com/kestra-operator/kestra-operator/config/crd"
	"github.com/kestra-operator/kestra-operator/schemas/v1alpha1"
	"github.com/kestra-operator/kestra-operator/test/cluster"
)

// exhaustive runs every way for every call; otherwise a few ways for every call, all of them somewhere.
var exhaustive = flag.Bool("exhaustive", os.Getenv("FAULTS") == "exhaustive", "let every call fail in every way")

// parallelRuns is how many runs are under way at a time. They mostly wait: for time-outs and for retries.
const parallelRuns = "24"

// plane is one API server for every run.
var plane *cluster.ControlPlane

// suite starts and stops the control plane around the tests, so that leaks of either are found.
type suite struct{ *testing.M }

func (s suite) Run() int {
	log.SetLogger(logr.Discard())
	klog.SetLogger(logr.Discard())
	var err error
	if plane, err = cluster.Start(context.Background(), cluster.Options{Log: os.Stderr}); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	code := 1
	if err := installCRDs(); err != nil {
		fmt.Fprintln(os.Stderr, err)
	} else {
		code = s.M.Run()
	}
	report.print(os.Stdout)
	if err := plane.Stop(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	http.DefaultTransport.(*http.Transport).CloseIdleConnections()
	return code
}

func TestMain(m *testing.M) {
	// Before the command line is read, which may say otherwise.
	if err := flag.Set("test.parallel", parallelRuns); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	goleak.VerifyTestMain(suite{m},
		// The watch of metadata in client-go's informers leaves this behind when it is stopped with an event in hand.
		goleak.IgnoreTopFunction("k8s.io/apimachinery/pkg/watch.(*filteredWatch).loop"))
}

func installCRDs() error {
	definitions, err := crd.All()
	if err != nil {
		return err
	}
	_, err = envtest.InstallCRDs(plane.Config(), envtest.CRDInstallOptions{CRDs: definitions})
	return err
}

var scheme = sync.OnceValue(func() *runtime.Scheme {
	s := runtime.NewScheme()
	if err := errors.Join(clientgoscheme.AddToScheme(s), v1alpha1.AddToScheme(s)); err != nil {
		panic(err)
	}
	return s
})
