package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/go-logr/logr"
	"github.com/google/go-cmp/cmp"
	"go.uber.org/goleak"
	"sigs.k8s.io/controller-runtime/pkg/log"
)

func TestMain(m *testing.M) {
	log.SetLogger(logr.Discard())
	goleak.VerifyTestMain(m)
}

func TestTheStoryHolds(t *testing.T) {
	t.Setenv("KESTRA_URL", "") // the development Kestra, whatever the environment names
	t.Chdir("../..")
	var out strings.Builder
	picture := filepath.Join(t.TempDir(), "recording.svg")
	err := demo(t.Context(), &out, picture)
	t.Log(out.String())
	if err != nil {
		t.Fatal(err)
	}
	sameFile(t, "docs/recording.svg", picture)
	for _, command := range []string{"$ kubectl get flow\n", "$ kubectl apply --dry-run=server --server-side --force-conflicts -f "} {
		if !strings.Contains(out.String(), command) {
			t.Errorf("the story does not show %q", command)
		}
	}
}

// sameFile compares the picture of the story that the documentation shows with the one of a moment ago.
func sameFile(t *testing.T, shown, drawn string) {
	t.Helper()
	want, err := os.ReadFile(shown)
	if err != nil {
		t.Fatal(err)
	}
	got, err := os.ReadFile(drawn)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), string(got)); diff != "" {
		t.Errorf("%s is not what the story shows now; draw it by make recording (-shown +drawn):\n%s", shown, diff)
	}
}
