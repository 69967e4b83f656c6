package chart

import (
	"bytes"
	"encoding/json"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/kestra-operator/kestra-operator/test/cluster/build"
)

// apart are values that are not in the matrix: what comes of them is no installation, or needs types that nothing here has.
var apart = map[string]string{
	"nothing":                       "operator: {enabled: false}",
	"two replicas without a leader": "leaderElection: {enabled: false}",
	"alerts":                        "metrics: {prometheusRule: {enabled: true}}",
	"Enterprise values":             enterpriseValues,
}

// A branch that no values lead to is either superfluous or untested.
func TestTheMatrixTakesEveryBranchOfTheTemplates(t *testing.T) {
	values := cross(decisions)
	maps.Copy(values, variations)
	maps.Copy(values, apart)
	folder, err := filepath.Abs(chartFolder)
	if err != nil {
		t.Fatal(err)
	}
	request, err := json.Marshal(map[string]any{"chart": folder, "values": values})
	if err != nil {
		t.Fatal(err)
	}
	command := exec.CommandContext(t.Context(), "go", "run", "-trimpath", "./branches")
	command.Dir = filepath.Join("..", "cluster", "modules", "helm")
	command.Env = build.Environment()
	command.Stdin = bytes.NewReader(request)
	command.Stderr = os.Stderr
	output, err := command.Output()
	if err != nil {
		t.Fatalf("look for branches: %v", err)
	}
	var untaken []string
	if err := json.Unmarshal(output, &untaken); err != nil {
		t.Fatal(err)
	}
	slices.Sort(untaken)
	if diff := cmp.Diff([]string{}, untaken); diff != "" {
		t.Errorf("branches that no values of the matrix lead to (+untaken):\n%s", diff)
	}
}
