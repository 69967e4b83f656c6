package release

import (
	"archive/tar"
	"compress/gzip"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/kestra-operator/kestra-operator/test/cluster/build"
)

const project = "../.."

// release makes a release with a small program in place of the operator, and further arguments.
func release(t *testing.T, output, platforms string, arguments ...string) {
	t.Helper()
	command := exec.CommandContext(t.Context(), "go", slices.Concat([]string{"run", "./release",
		"-package", "./test/tally", "-platforms", platforms, "-image=false", "-output", output}, arguments)...)
	command.Dir = project
	if out, err := command.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
}

// helm runs helm away from the user's own settings.
func helm(t *testing.T, arguments ...string) string {
	t.Helper()
	binary, err := build.HelmCommand.Build(t.Context(), os.Stderr)
	if err != nil {
		t.Fatal(err)
	}
	command := exec.CommandContext(t.Context(), binary, arguments...)
	command.Env = []string{"HOME=" + t.TempDir(), "PATH=" + os.Getenv("PATH")}
	out, err := command.CombinedOutput()
	if err != nil {
		t.Fatalf("helm %q: %v\n%s", arguments, err, out)
	}
	return string(out)
}

// contents lists the files of a compressed archive.
func contents(t *testing.T, file string) []string {
	t.Helper()
	packed, err := os.Open(file)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = packed.Close() }() // opened for reading
	plain, err := gzip.NewReader(packed)
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for reader := tar.NewReader(plain); ; {
		header, err := reader.Next()
		if errors.Is(err, io.EOF) {
			slices.Sort(names)
			return names
		}
		if err != nil {
			t.Fatal(err)
		}
		names = append(names, header.Name)
	}
}

func TestHelmTakesTheReleasedChart(t *testing.T) {
	output := filepath.Join(t.TempDir(), "release")
	release(t, output, runtime.GOOS+"/"+runtime.GOARCH)
	charts, err := filepath.Glob(filepath.Join(output, "*.tgz"))
	if err != nil || len(charts) != 1 {
		t.Fatalf("charts %q: %v", charts, err)
	}
	if described := helm(t, "show", "chart", charts[0]); !strings.Contains(described, "name: kestra-operator\n") {
		t.Errorf("helm show chart:\n%s", described)
	}
	if rendered := helm(t, "template", "r", charts[0]); !strings.Contains(rendered, "kind: ValidatingWebhookConfiguration") {
		t.Errorf("helm template:\n%s", rendered)
	}
	folder := t.TempDir()
	helm(t, "package", filepath.Join(project, "charts", "kestra-operator"), "--destination", folder)
	packed, err := filepath.Glob(filepath.Join(folder, "*.tgz"))
	if err != nil || len(packed) != 1 {
		t.Fatalf("packages %q: %v", packed, err)
	}
	if diff := cmp.Diff(contents(t, packed[0]), contents(t, charts[0])); diff != "" {
		t.Errorf("files of the chart (-helm package +release):\n%s", diff)
	}
}
