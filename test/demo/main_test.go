package main

import (
	"strings"
	"testing"

	"github.com/go-logr/logr"
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
	err := demo(t.Context(), &out)
	t.Log(out.String())
	if err != nil {
		t.Fatal(err)
	}
	for _, command := range []string{"$ kubectl get flow\n", "$ kubectl apply --dry-run=server --server-side --force-conflicts -f "} {
		if !strings.Contains(out.String(), command) {
			t.Errorf("the story does not show %q", command)
		}
	}
}
