package chart

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
)

// helmVersion is the release of helm that renders the chart. It is built from its Go module.
const helmVersion = "v4.3.1"

// chartFolder is the chart, as seen from this package.
var chartFolder = filepath.Join("..", "..", "charts", "kestra-operator")

// helmBinary builds helm into the project's cache, keyed by version, unless it is there already.
var helmBinary = sync.OnceValues(func() (string, error) {
	cache := os.Getenv("KESTRA_OPERATOR_CACHE")
	if cache == "" {
		cache = filepath.Join("..", "..", ".cache", "tools")
	}
	folder, err := filepath.Abs(filepath.Join(cache, "helm-"+helmVersion))
	if err != nil {
		return "", err
	}
	binary := filepath.Join(folder, "helm")
	if _, err := os.Stat(binary); err == nil {
		return binary, nil
	}
	fmt.Fprintf(os.Stderr, "chart: building helm %s, some minutes the first time\n", helmVersion)
	build := exec.Command("go", "install", "-ldflags=-s -w", "helm.sh/helm/v4/cmd/helm@"+helmVersion)
	build.Env = append(os.Environ(), "GOBIN="+folder, "CGO_ENABLED=0", "GOFLAGS=", "GOWORK=off")
	if output, err := build.CombinedOutput(); err != nil {
		return "", fmt.Errorf("build helm %s: %w\n%s", helmVersion, err, output)
	}
	return binary, nil
})

// helm runs helm away from the user's own settings, with values on its standard input for "--values -", and returns
// its two outputs.
func helm(t testing.TB, values string, arguments ...string) (stdout, stderr string, err error) {
	t.Helper()
	binary, err := helmBinary()
	if err != nil {
		t.Fatal(err)
	}
	home := t.TempDir()
	command := exec.CommandContext(t.Context(), binary, arguments...)
	command.Env = []string{"HOME=" + home, "PATH=" + os.Getenv("PATH"), "KUBECONFIG=" + filepath.Join(home, "none")}
	var out, complaints bytes.Buffer
	command.Stdin, command.Stdout, command.Stderr = strings.NewReader(values), &out, &complaints
	err = command.Run()
	return out.String(), complaints.String(), err
}

// refusal renders values that must be refused, and returns what helm says.
func refusal(t testing.TB, values string) string {
	t.Helper()
	stdout, stderr, err := helm(t, values, "template", "r", chartFolder, "--namespace", "kestra", "--values", "-")
	if err == nil {
		t.Fatalf("rendered although it should be refused:\n%s", stdout)
	}
	return strings.TrimSpace(stderr)
}

// notes returns the text that an installation with these values prints.
func notes(t testing.TB, values string) string {
	t.Helper()
	stdout, stderr, err := helm(t, values, "install", "r", chartFolder, "--namespace", "kestra", "--dry-run=client", "--values", "-")
	if err != nil {
		t.Fatalf("helm install --dry-run=client: %v\n%s", err, stderr)
	}
	_, text, found := strings.Cut(stdout, "\nNOTES:\n")
	if !found {
		t.Fatalf("no notes in:\n%s", stdout)
	}
	return text
}
