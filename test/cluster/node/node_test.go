package node_test

import (
	"testing"

	"github.com/kestra-operator/kestra-operator/test/cluster/node"
)

func TestANodeRunsPods(t *testing.T) {
	n := node.StartForTest(t)
	t.Log(n.Kubectl(t.Context(), "get", "pods,nodes", "-A", "-o", "wide"))
}
