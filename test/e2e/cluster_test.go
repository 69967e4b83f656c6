package e2e

import (
	"context"
	"errors"
	"os"
	"strings"
	"testing"
	"time"

	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/util/wait"
	clientgoscheme "k8s.io/client-go/kubernetes/scheme"
	"k8s.io/client-go/rest"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/kestra-operator/kestra-operator/schemas/v1alpha1"
	"github.com/kestra-operator/kestra-operator/test/cluster/nodes"
)

const (
	// patience bounds each wait; the machine may be busy with other things.
	patience = 2 * time.Minute
	poll     = 100 * time.Millisecond
)

// cluster is a cluster for one test at a time, with cert-manager and the images of operator and Kestra.
type cluster struct {
	*nodes.Cluster
	admin    client.Client
	operator image
	kestra   image
}

// image is a reference to an image in the cluster's registry.
type image struct{ repository, tag string }

// onCluster returns a cluster that is the test's own until it ends, or skips a test that nobody asked for.
func onCluster(t *testing.T) *cluster {
	t.Helper()
	nodes.SkipUnlessWanted(t)
	t.Parallel()
	c, err := clusters.take()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		c.clear(t)
		clusters.giveBack(c)
	})
	return c
}

func startCluster() (*cluster, error) {
	ctx := context.Background()
	n, err := nodes.Start(ctx, nodes.Options{Nodes: 2, Log: os.Stderr})
	if err != nil {
		return nil, err
	}
	c := &cluster{Cluster: n}
	for _, step := range []func(context.Context) error{c.connect, c.InstallCertManager, c.pushOperator, c.pushKestra} {
		if err := step(ctx); err != nil {
			return nil, errors.Join(err, c.Stop())
		}
	}
	return c, nil
}

// connect makes the administrator's client, which is as fast as its caller.
func (c *cluster) connect(context.Context) error {
	scheme := runtime.NewScheme()
	for _, add := range []func(*runtime.Scheme) error{clientgoscheme.AddToScheme, v1alpha1.AddToScheme} {
		if err := add(scheme); err != nil {
			return err
		}
	}
	config := rest.CopyConfig(c.Config())
	config.QPS = -1
	var err error
	c.admin, err = client.New(config, client.Options{Scheme: scheme})
	return err
}

// kubectl runs kubectl as administrator and returns what it printed.
func (c *cluster) kubectl(t testing.TB, arguments ...string) string {
	t.Helper()
	output, err := c.Kubectl(t.Context(), arguments...)
	if err != nil {
		t.Fatal(err)
	}
	return output
}

// refused runs kubectl, which must fail, and returns what it printed.
func (c *cluster) refused(t testing.TB, arguments ...string) string {
	t.Helper()
	output, err := c.Kubectl(t.Context(), arguments...)
	if err == nil {
		t.Fatalf("kubectl %s: it should have failed:\n%s", strings.Join(arguments, " "), output)
	}
	return output
}

// get reads an object.
func (c *cluster) get(t testing.TB, namespace, name string, into client.Object) {
	t.Helper()
	if err := c.admin.Get(t.Context(), client.ObjectKey{Namespace: namespace, Name: name}, into); err != nil {
		t.Fatal(err)
	}
}

// eventually waits until something holds, and returns how long that took.
func eventually(t testing.TB, what string, holds func(context.Context) error) time.Duration {
	t.Helper()
	began := time.Now()
	var last error
	err := wait.PollUntilContextTimeout(t.Context(), poll, patience, true, func(ctx context.Context) (bool, error) {
		err := holds(ctx)
		if err == nil || ctx.Err() == nil {
			last = err // the deadline's own error says nothing of what was waited for
		}
		return err == nil, nil
	})
	if err != nil {
		t.Fatalf("not within %s: %s: %v", patience, what, last)
	}
	return time.Since(began)
}

// report tells what was measured.
func report(t testing.TB, format string, arguments ...any) {
	t.Helper()
	t.Logf("measured: "+format, arguments...)
}
