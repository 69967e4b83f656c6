package main

import (
	"os"
	"strings"
	"testing"

	"github.com/kestra-operator/kestra-operator/test/doctest"
)

// The whole page is done, in its order, on the stage that its first command sets.
func TestTheTutorialHolds(t *testing.T) {
	t.Setenv("KESTRA_URL", "") // the development Kestra, whatever the environment names
	t.Chdir("../..")
	page, err := doctest.Read(".", "docs/tutorial.md")
	if err != nil {
		t.Fatal(err)
	}
	var out strings.Builder
	stage, err := setUp(t.Context(), newConsole(&out))
	if err != nil {
		t.Fatalf("%v\n%s", err, out.String())
	}
	defer func() {
		if err := stage.tearDown(); err != nil {
			t.Error(err)
		}
	}()
	environment, err := stage.terminal()
	if err != nil {
		t.Fatal(err)
	}
	reader := doctest.Reader{Folder: t.TempDir(), Environment: append(os.Environ(), environment...)}
	reader.Follow(t, ".", page, doctest.Playground)
}
