package cluster

import (
	"os"
	"testing"
)

// StartForTest starts a control plane that is stopped when the test ends. A
// failure to do either fails the test.
func StartForTest(t testing.TB) *ControlPlane {
	t.Helper()
	c, err := Start(t.Context(), Options{Log: os.Stderr})
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
