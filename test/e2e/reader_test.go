package e2e

import (
	"context"
	"os"
	"path/filepath"
	"sync"
	"testing"

	"github.com/kestra-operator/kestra-operator/release/reproducible"
	"github.com/kestra-operator/kestra-operator/test/cluster/build"
	"github.com/kestra-operator/kestra-operator/test/doctest"
	"github.com/kestra-operator/kestra-operator/test/kestra"
)

// builtProgram is the program as a release has it, under each of its names, in a folder for a PATH.
var builtProgram = sync.OnceValues(func() (folder string, err error) {
	program, err := reproducible.Program{Folder: project, Package: "./cmd/kestra-operator", Version: "development"}.Compile(context.Background(), "linux", "amd64")
	if err != nil {
		return "", err
	}
	folder = filepath.Join(scratch(), "path")
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return "", err
	}
	if err := os.WriteFile(filepath.Join(folder, "kestra-operator"), program, 0o700); err != nil {
		return "", err
	}
	for _, name := range []string{"kubectl-kestra", "kubectl_complete-kestra"} {
		if err := os.Symlink("kestra-operator", filepath.Join(folder, name)); err != nil {
			return "", err
		}
	}
	return folder, nil
})

// reader is somebody who follows the pages as the cluster's administrator, in a clone of the project, with kubectl, Helm
// and the program on the PATH. Images come from where the chart and the manifests say.
func (c *cluster) reader(t testing.TB) *doctest.Reader {
	t.Helper()
	program, err := builtProgram()
	if err != nil {
		t.Fatal(err)
	}
	helm, err := build.HelmCommand.Build(t.Context(), os.Stderr)
	if err != nil {
		t.Fatal(err)
	}
	folder := t.TempDir()
	for _, name := range []string{"charts", "config"} {
		absolute, err := filepath.Abs(filepath.Join(project, name))
		if err != nil {
			t.Fatal(err)
		}
		if err := os.Symlink(absolute, filepath.Join(folder, name)); err != nil {
			t.Fatal(err)
		}
	}
	path := program + ":" + filepath.Dir(helm) + ":" + filepath.Dir(c.KubectlPath()) + ":" + os.Getenv("PATH")
	return &doctest.Reader{
		Folder:       folder,
		Environment:  []string{"PATH=" + path, "HOME=" + t.TempDir(), "KUBECONFIG=" + c.Kubeconfig()},
		Placeholders: map[string]string{"user:password": login()},
		Patience:     2 * patience,
	}
}

// login is what the development Kestra lets in, as user:password.
func login() string {
	return kestra.DefaultCredentials.Username + ":" + kestra.DefaultCredentials.Password
}

// follow follows a section of a page, or the whole page when it has no heading.
func follow(t *testing.T, reader *doctest.Reader, path, heading string) {
	t.Helper()
	reader.Follow(t, project, sectionOf(t, path, heading), doctest.Nodes)
}

func sectionOf(t *testing.T, path, heading string) doctest.Page {
	t.Helper()
	page, err := doctest.Read(project, path)
	if err == nil && heading != "" {
		page, err = page.Section(heading)
	}
	if err != nil {
		t.Fatal(err)
	}
	return page
}
