package release

import (
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/kestra-operator/kestra-operator/test/cluster"
	"github.com/kestra-operator/kestra-operator/test/cluster/build"
)

// plugins is a folder with kubectl and krew, as krew's users have them on their PATH.
func plugins(t *testing.T) string {
	t.Helper()
	binaries, err := cluster.Build(t.Context(), os.Stderr)
	if err != nil {
		t.Fatal(err)
	}
	krew, err := build.KrewCommand.Build(t.Context(), os.Stderr)
	if err != nil {
		t.Fatal(err)
	}
	folder := t.TempDir()
	for name, binary := range map[string]string{"kubectl": binaries["kubectl"], build.KrewCommand.Name: krew} {
		if err := os.Symlink(binary, filepath.Join(folder, name)); err != nil {
			t.Fatal(err)
		}
	}
	return folder
}

// krewed runs a command with kubectl and krew on the PATH, and with what krew has installed.
func krewed(t *testing.T, plugins, root, name string, arguments ...string) string {
	t.Helper()
	t.Setenv("PATH", strings.Join([]string{plugins, filepath.Join(root, "bin"), os.Getenv("PATH")}, string(filepath.ListSeparator)))
	t.Setenv("KREW_ROOT", root)
	out, err := exec.CommandContext(t.Context(), name, arguments...).CombinedOutput()
	if err != nil {
		t.Fatalf("%s %q: %v\n%s", name, arguments, err, out)
	}
	return string(out)
}

// Krew's own check of a manifest downloads, compares, unpacks and links the archive of every platform.
func TestKrewInstallsTheReleasedPlugin(t *testing.T) {
	output := filepath.Join(t.TempDir(), "release")
	downloads := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		http.ServeFile(w, r, filepath.Join(output, path.Base(r.URL.Path)))
	}))
	defer downloads.Close()
	release(t, output, runtime.GOOS+"/"+runtime.GOARCH+",windows/amd64", "-downloads", downloads.URL)
	manifest := filepath.Join(output, "kestra.yaml")
	validate, err := build.KrewValidateCommand.Build(t.Context(), os.Stderr)
	if err != nil {
		t.Fatal(err)
	}
	folder, root := plugins(t), t.TempDir()
	kubectl := filepath.Join(folder, "kubectl")
	if out := krewed(t, folder, root, validate, "-manifest", manifest); !strings.Contains(out, "all 2 spec.platforms installed fine") {
		t.Errorf("krew's check says\n%s", out)
	}
	krewed(t, folder, root, kubectl, "krew", "install", "--manifest", manifest)
	events := filepath.Join(t.TempDir(), "events.json")
	if err := os.WriteFile(events, []byte(`{"Action":"pass","Package":"p","Test":"T"}`+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if out := krewed(t, folder, root, kubectl, "kestra", events); out != "1 passed, 0 failed\n" {
		t.Errorf("the plugin, which is the tally, says %q", out)
	}
}
