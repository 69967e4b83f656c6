package cluster_test

import (
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/kestra-operator/kestra-operator/test/cluster"
)

func TestReadyMadeBinariesAreUsedInsteadOfBuilding(t *testing.T) {
	assets := t.TempDir()
	for _, name := range []string{"kube-apiserver", "etcd", "kubectl"} {
		if err := os.WriteFile(filepath.Join(assets, name), nil, 0o700); err != nil {
			t.Fatal(err)
		}
	}
	t.Setenv("KUBEBUILDER_ASSETS", assets)
	paths, err := cluster.Build(t.Context(), io.Discard)
	if err != nil || paths["etcd"] != filepath.Join(assets, "etcd") {
		t.Errorf("got %v, %v", paths, err)
	}
}

func TestAMissingReadyMadeBinaryIsNamed(t *testing.T) {
	t.Setenv("KUBEBUILDER_ASSETS", t.TempDir())
	_, err := cluster.Build(t.Context(), io.Discard)
	if err == nil || !strings.Contains(err.Error(), "lacks kube-apiserver") {
		t.Errorf("want an error that names the missing binary, got: %v", err)
	}
}
