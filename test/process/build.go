package process

import (
	"os/exec"
	"path/filepath"
	"testing"
)

// Build compiles the program, to find data races when the test does, and returns its path.
func Build(t testing.TB) string {
	t.Helper()
	binary := filepath.Join(t.TempDir(), "kestra-operator")
	arguments := []string{"build"}
	if Raced {
		arguments = append(arguments, "-race")
	}
	command := exec.CommandContext(t.Context(), "go", append(arguments, "-o", binary, "github.com/kestra-operator/kestra-operator/cmd/kestra-operator")...)
	if output, err := command.CombinedOutput(); err != nil {
		t.Fatalf("build the operator: %v\n%s", err, output)
	}
	return binary
}
