package chart

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"sync"
	"testing"
)

// operatorFlags asks the operator's own binary which flags its command "run" has.
var operatorFlags = sync.OnceValues(func() (map[string]bool, error) {
	folder, err := os.MkdirTemp("", "kestra-operator")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(folder)
	binary := filepath.Join(folder, "kestra-operator")
	if output, err := exec.Command("go", "build", "-o", binary, "../../cmd/kestra-operator").CombinedOutput(); err != nil {
		return nil, fmt.Errorf("build the operator: %w\n%s", err, output)
	}
	help, err := exec.Command(binary, "run", "--help").CombinedOutput()
	if err != nil {
		return nil, fmt.Errorf("kestra-operator run --help: %w\n%s", err, help)
	}
	flags := map[string]bool{}
	for _, match := range regexp.MustCompile(`(?m)^\s+(?:-\w, )?--([a-z0-9-]+)`).FindAllSubmatch(help, -1) {
		flags[string(match[1])] = true
	}
	if len(flags) == 0 {
		return nil, fmt.Errorf("kestra-operator run --help lists no flags:\n%s", help)
	}
	return flags, nil
})

func knownFlags(t testing.TB) map[string]bool {
	t.Helper()
	flags, err := operatorFlags()
	if err != nil {
		t.Fatal(err)
	}
	return flags
}
