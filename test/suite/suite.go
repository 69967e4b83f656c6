// Package suite runs the tests of a package on one control plane that has the operator's kinds.
//
// Starting an API server takes seconds, so the tests of a package share one; it is stopped before leaks are
// looked for, so that leaks of the tests and of the control plane are both found. The package holds no test
// and is never part of the operator.
package suite

import (
	"context"
	"errors"
	"fmt"
	"os"
	"sync"
	"testing"

	"github.com/go-logr/logr"
	"go.uber.org/goleak"
	"k8s.io/apimachinery/pkg/runtime"
	clientgoscheme "k8s.io/client-go/kubernetes/scheme"
	"sigs.k8s.io/controller-runtime/pkg/envtest"
	"sigs.k8s.io/controller-runtime/pkg/log"

	"github.com/kestra-operator/kestra-operator/config/crd"
	"github.com/kestra-operator/kestra-operator/schemas/v1alpha1"
	"github.com/kestra-operator/kestra-operator/test/cluster"
)

// Suite is what the tests of one package share.
type Suite struct {
	// Plane is where the control plane is put before the first test.
	Plane **cluster.ControlPlane
	// Bare leaves out the operator's kinds.
	Bare bool
	// Before, when it is not nil, is called before the first test, when the control plane runs.
	Before func(context.Context) error
	// After, when it is not nil, is called after the last test, while the control plane still runs.
	After func()
	// Leaks are goroutines that are known to stay, each with its reason where it is given.
	Leaks []goleak.Option
}

// Main runs the tests and exits; call it from TestMain.
func (s Suite) Main(m *testing.M) { goleak.VerifyTestMain(runner{s, m}, s.Leaks...) }

// runner starts and stops the control plane around the tests.
type runner struct {
	Suite
	tests *testing.M
}

func (r runner) Run() int {
	log.SetLogger(logr.Discard())
	plane, err := cluster.Start(context.Background(), cluster.Options{Log: os.Stderr})
	if err != nil {
		return failed(err)
	}
	*r.Plane = plane
	code := 1
	if err := r.prepare(context.Background()); err != nil {
		failed(err)
	} else {
		code = r.tests.Run()
	}
	if r.After != nil {
		r.After()
	}
	if err := plane.Stop(); err != nil {
		return failed(err)
	}
	return code
}

func failed(err error) int {
	fmt.Fprintln(os.Stderr, err)
	return 1
}

func (r runner) prepare(ctx context.Context) error {
	if !r.Bare {
		if err := r.installKinds(); err != nil {
			return err
		}
	}
	if r.Before != nil {
		return r.Before(ctx)
	}
	return nil
}

func (r runner) installKinds() error {
	definitions, err := crd.All()
	if err != nil {
		return err
	}
	_, err = envtest.InstallCRDs((*r.Plane).Config(), envtest.CRDInstallOptions{CRDs: definitions})
	return err
}

// MetadataWatch is what the watch of metadata in client-go's informers leaves behind when it is stopped with an event
// in hand.
func MetadataWatch() goleak.Option {
	return goleak.IgnoreTopFunction("k8s.io/apimachinery/pkg/watch.(*filteredWatch).loop")
}

// Scheme has the types of Kubernetes and of the operator.
var Scheme = sync.OnceValue(func() *runtime.Scheme {
	scheme := runtime.NewScheme()
	if err := errors.Join(clientgoscheme.AddToScheme(scheme), v1alpha1.AddToScheme(scheme)); err != nil {
		panic(err)
	}
	return scheme
})
