package hostile

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/kestra-operator/kestra-operator/test/process"
)

const (
	// residentBound is how much memory the command may have resident at most, in bytes.
	residentBound = 384 * mebibyte
	// patience with the command ends after this; nothing here takes a hundredth of it.
	patience = 2 * time.Minute

	object = "apiVersion: model.kestra.io/v1alpha1\nkind: KestraKeyValue\nmetadata: {name: a}\n"
)

// built is the folder of the program, removed after the tests.
var built string

// buildProgram compiles the operator's program once.
var buildProgram = sync.OnceValues(func() (string, error) {
	folder, err := os.MkdirTemp("", "hostile-")
	if err != nil {
		return "", err
	}
	built = folder
	binary := filepath.Join(folder, "kestra-operator")
	return binary, process.Build(context.Background(), binary)
})

// files are bombs in files of manifests.
func files() []bomb {
	const size = mebibyte / 4
	anchors := strings.ReplaceAll(laughs(9), "variables:\n", "")
	return []bomb{
		{"aliases of aliases", object + "spec:\n" + anchors, ""},
		{"aliases of aliases in a list", "apiVersion: v1\nkind: List\nitems:\n- &a {apiVersion: model.kestra.io/v1alpha1, kind: KestraKeyValue, spec: {namespace: b, key: c, value: d}}\n" + fill("- *a\n", size/8), ""},
		{"an alias of itself", object + "spec: &a {value: *a, namespace: *a}\n", ""},
		{"merge keys", object + "spec: &a {<<: *a}\n", ""},
		{"merge keys of many", object + "x: &x {a: 1}\nspec: {<<: [" + fill("*x, ", size/4) + "*x]}\n", ""},
		{"lists in lists", object + "spec: " + strings.Repeat("[", size), ""},
		{"mappings in mappings", object + "spec:\n" + nested(1200), ""},
		{"Lists in Lists", strings.Repeat("{apiVersion: v1, kind: List, items: [", 20_000), ""},
		{"Lists in Lists, closed", strings.Repeat("{apiVersion: v1, kind: List, items: [", 900) + strings.Repeat("]}", 900), ""},
		{"documents", strings.Repeat("---\na: 1\n", size/9), ""},
		{"objects", strings.Repeat("---\n"+object+"spec: {namespace: b, key: c, value: d}\n", size/130), ""},
		{"unknown fields", object + "spec:\n" + fill("  f%d: x\n", size), ""},
		{"one key many times", object + "spec:\n" + fill("  f: x\n", 200<<10), ""},
		{"a long value", object + "spec: {namespace: b, key: c, value: " + strings.Repeat("x", 8*mebibyte) + "}\n", ""},
		{"a source of aliases", "apiVersion: model.kestra.io/v1alpha1\nkind: KestraFlow\nspec:\n  namespace: b\n  id: a\n  source: |\n    " + strings.ReplaceAll(head+laughs(9)+task, "\n", "\n    ") + "\n", ""},
		{"NUL", object + "spec: {value: a\x00b}\n", ""},
		{"UTF-16", "\xff\xfea\x00", ""},
		{"tags", object + "spec: {value: !!binary aGk=, namespace: !!python/object:os.system ls, key: !!float x}\n", ""},
		{"comments", strings.Repeat("# x\n", 4*mebibyte), ""},
	}
}

func TestNoFileOfManifestsCostsMoreThanItsBound(t *testing.T) {
	for _, b := range files() {
		t.Run(b.name, func(t *testing.T) { runOn(t, "manifest", b, "validate", "-") })
	}
}

func TestNoPolicyCostsMoreThanItsBound(t *testing.T) {
	const size = mebibyte - room
	for _, b := range []bomb{
		{"aliases of aliases", strings.ReplaceAll(laughs(9), "variables:", "rules:"), ""},
		{"an alias of itself", "rules: &a [{kubernetesNamespaces: *a}]\n", ""},
		{"lists in lists", "rules: " + strings.Repeat("[", size), ""},
		{"rules", "rules:\n" + fill("- {kubernetesNamespaces: [a%d], namespaces: [b]}\n", size), ""},
		{"patterns", "rules: [{kubernetesNamespaces: ['" + strings.Repeat("*a", 100_000) + "'], namespaces: [b]}]\n", ""},
		{"brackets", "rules: [{kubernetesNamespaces: ['" + strings.Repeat("[", 100_000) + "'], namespaces: [b]}]\n", ""},
		{"NUL", "rules: [\x00]", ""},
	} {
		t.Run(b.name, func(t *testing.T) {
			file := filepath.Join(t.TempDir(), "policy.yaml")
			if err := os.WriteFile(file, []byte(b.text), 0o600); err != nil {
				t.Fatal(err)
			}
			runOn(t, "policy", b, "run", "--kestra-url=http://127.0.0.1:1", "--namespace=a", "--target-policy="+file)
		})
	}
}

// runOn runs the operator with a text as its input, and measures it.
func runOn(t *testing.T, reader string, b bomb, arguments ...string) {
	t.Helper()
	binary, err := buildProgram()
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	command := exec.CommandContext(ctx, binary, arguments...)
	command.Stdin = strings.NewReader(b.text)
	command.Env = []string{"KUBECONFIG=/nowhere", "HOME=" + t.TempDir()}
	start := time.Now()
	output, err := command.CombinedOutput()
	took := time.Since(start)
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) || ctx.Err() != nil {
		t.Fatalf("it did not end: %v, %v", err, ctx.Err())
	}
	text := string(output)
	if strings.Contains(text, "goroutine ") || !command.ProcessState.Exited() {
		t.Errorf("it crashed: %.2000s", text)
	}
	if len(text) > 4*mebibyte {
		t.Errorf("it prints %d KiB", len(text)>>10)
	}
	expectPrintable(t, strings.NewReplacer("\n", "", "\t", "").Replace(text), 4*mebibyte)
	resident := uint64(command.ProcessState.SysUsage().(*syscall.Rusage).Maxrss) << 10 // in KiB on Linux
	if resident > residentBound {
		t.Errorf("%d MiB were resident, want %d MiB at most", resident>>20, residentBound>>20)
	}
	lines := strings.Split(strings.TrimSpace(text), "\n")
	note(cost{reader + " (resident)", b.name, lines[len(lines)-1], len(b.text), resident, took})
}
