package node_test

import (
	"context"
	"fmt"
	"os"
	"testing"

	"github.com/go-logr/logr"
	"go.uber.org/goleak"
	"sigs.k8s.io/controller-runtime/pkg/log"

	"github.com/kestra-operator/kestra-operator/test/cluster/node"
)

// ownerVariable makes the test binary a process that starts a node and then waits
// to be killed.
const ownerVariable = "KESTRA_OPERATOR_TEST_NODE_OWNER"

func TestMain(m *testing.M) {
	log.SetLogger(logr.Discard())
	if os.Getenv(ownerVariable) != "" {
		ownNode()
	}
	goleak.VerifyTestMain(m)
}

// ownNode prints the folder of a node and this machine's address on its network, and
// never returns.
func ownNode() {
	n, err := node.Start(context.Background(), node.Options{Log: os.Stderr})
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	fmt.Println(n.Dir(), n.MachineAddress())
	select {}
}
