package chart

import (
	"bytes"
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/kestra-operator/kestra-operator/test/cluster/build"
)

// chartFolder is the chart, as seen from this package.
var chartFolder = filepath.Join("..", "..", "charts", "kestra-operator")

// helmBinary builds helm into the project's cache, unless it is there already.
var helmBinary = sync.OnceValues(func() (string, error) {
	return build.HelmCommand.Build(context.Background(), os.Stderr)
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
