package e2e

import (
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"
)

// processOf finds the operator's process of a pod among those of this machine, which sees into the nodes.
func processOf(t testing.TB, pod corev1.Pod) int {
	t.Helper()
	_, container, _ := strings.Cut(pod.Status.ContainerStatuses[0].ContainerID, "://")
	names, err := filepath.Glob("/proc/[0-9]*/comm")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range names {
		folder := filepath.Dir(name)
		command, err := os.ReadFile(name)
		if err != nil || strings.TrimSpace(string(command)) != "kestra-operator" {
			continue // it has ended, or is another
		}
		groups, err := os.ReadFile(filepath.Join(folder, "cgroup"))
		if err != nil || !strings.Contains(string(groups), container) {
			continue
		}
		process, err := strconv.Atoi(filepath.Base(folder))
		if err != nil {
			t.Fatal(err)
		}
		return process
	}
	t.Fatalf("no process of %s found", pod.Name)
	return 0
}
