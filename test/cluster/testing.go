package cluster

import (
	"os"
	"testing"
)

// StartForTest starts a control plane that is stopped when the test ends. A
// failure to do either fails the test.
func StartForTest(t testing.TB) *ControlPlane {
	t.Helper()
	return StartForTestWith(t, Options{})
}

// StartForTestWith is [StartForTest] with options. Progress is shown on standard
// error unless they say otherwise.
func StartForTestWith(t testing.TB, options Options) *ControlPlane {
	t.Helper()
	if options.Log == nil {
		options.Log = os.Stderr
	}
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
