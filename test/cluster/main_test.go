package cluster_test

import (
	"context"
	"fmt"
	"os"
	"testing"

	"github.com/go-logr/logr"
	"go.uber.org/goleak"
	"sigs.k8s.io/controller-runtime/pkg/log"

	"github.com/kestra-operator/kestra-operator/test/cluster"
)

// ownerVariable makes the test binary a process that starts a control plane and
// then waits to be killed.
const ownerVariable = "KESTRA_OPERATOR_TEST_CLUSTER_OWNER"

func TestMain(m *testing.M) {
	if os.Getenv(ownerVariable) != "" {
		ownControlPlane()
	}
	log.SetLogger(logr.Discard())
	goleak.VerifyTestMain(m)
}

// ownControlPlane prints the kubeconfig of a control plane and never returns.
func ownControlPlane() {
	plane, err := cluster.Start(context.Background(), cluster.Options{Log: os.Stderr})
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	fmt.Println(plane.Kubeconfig())
	select {}
}
