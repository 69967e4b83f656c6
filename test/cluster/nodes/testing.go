package nodes

import (
	"os"
	"testing"
)

// Wanted names the environment variable that asks for tests on nodes: they need root
// and, the first time, twenty minutes of compilation.
const Wanted = "KESTRA_OPERATOR_E2E"

// SkipUnlessWanted skips a test unless tests on nodes are asked for.
func SkipUnlessWanted(t testing.TB) {
	t.Helper()
	if os.Getenv(Wanted) == "" {
		t.Skipf("runs on a node: set %s=1, as root", Wanted)
	}
}

// StartForTest starts a cluster that is stopped when the test ends, or skips the test
// as [SkipUnlessWanted] does. A failure to start or stop it fails the test.
func StartForTest(t testing.TB, options Options) *Cluster {
	t.Helper()
	SkipUnlessWanted(t)
	options.Log = os.Stderr
	c, err := Start(t.Context(), options)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := c.Stop(); err != nil {
			t.Error(err)
		}
	})
	return c
}
