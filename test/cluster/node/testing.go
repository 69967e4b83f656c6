package node

import (
	"os"
	"testing"
)

// StartForTest starts a node that is stopped when the test ends. A failure to do
// either fails the test.
func StartForTest(t testing.TB) *Node {
	t.Helper()
	n, err := Start(t.Context(), Options{Log: os.Stderr})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := n.Stop(); err != nil {
			t.Error(err)
		}
	})
	return n
}
