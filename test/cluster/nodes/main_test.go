package nodes_test

import (
	"context"
	"fmt"
	"os"
	"testing"

	"github.com/go-logr/logr"
	"go.uber.org/goleak"
	"sigs.k8s.io/controller-runtime/pkg/log"

	"github.com/kestra-operator/kestra-operator/test/cluster/nodes"
)

// ownerVariable makes the test binary a process that starts a cluster and then waits
// to be killed.
const ownerVariable = "KESTRA_OPERATOR_TEST_NODES_OWNER"

func TestMain(m *testing.M) {
	log.SetLogger(logr.Discard())
	if os.Getenv(ownerVariable) != "" {
		ownCluster()
	}
	goleak.VerifyTestMain(m)
}

// ownCluster prints the folder of a cluster and this machine's address on its network, and
// never returns.
func ownCluster() {
	c, err := nodes.Start(context.Background(), nodes.Options{Log: os.Stderr})
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	fmt.Println(c.Dir(), c.MachineAddress())
	select {}
}
