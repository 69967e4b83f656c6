package cluster

import (
	"fmt"
	"os"
	"path/filepath"

	"golang.org/x/mod/modfile"
)

// module is a folder of modules/ whose go.mod pins the version of the commands
// that are built from it, and whose go.sum pins everything below them.
type module struct {
	folder string // name under modules/
	path   string // module that holds the commands
	// ldflags are linked into every command, given the version ("v1.2.3").
	ldflags func(version string) string
}

var (
	kubernetes = module{folder: "kubernetes", path: "k8s.io/kubernetes", ldflags: kubernetesVersionFlags}
	etcd       = module{folder: "etcd", path: "go.etcd.io/etcd/server/v3"}
)

// command is a binary that is built from a module.
type command struct {
	name string
	module
	pkg string
}

var (
	kubeAPIServer = command{"kube-apiserver", kubernetes, "k8s.io/kubernetes/cmd/kube-apiserver"}
	kubectl       = command{"kubectl", kubernetes, "k8s.io/kubernetes/cmd/kubectl"}
	etcdServer    = command{"etcd", etcd, "go.etcd.io/etcd/server/v3"}

	// controlPlaneCommands are what a control plane needs, and what
	// KUBEBUILDER_ASSETS is expected to hold.
	controlPlaneCommands = []command{kubeAPIServer, etcdServer, kubectl}
)

// dir is the folder of the module's go.mod.
func (m module) dir(root string) string {
	return filepath.Join(root, "test", "cluster", "modules", m.folder)
}

// version reads the pinned version from the module's go.mod.
func (m module) version(root string) (string, error) {
	file := filepath.Join(m.dir(root), "go.mod")
	data, err := os.ReadFile(file)
	if err != nil {
		return "", fmt.Errorf("read the pinned version of %s: %w", m.path, err)
	}
	parsed, err := modfile.ParseLax(file, data, nil)
	if err != nil {
		return "", fmt.Errorf("read the pinned version of %s: %w", m.path, err)
	}
	for _, require := range parsed.Require {
		if require.Mod.Path == m.path {
			return require.Mod.Version, nil
		}
	}
	return "", fmt.Errorf("%s does not require %s", file, m.path)
}
