package build

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"golang.org/x/mod/modfile"
)

// Module is a folder of modules/, whose go.mod pins the version of a Go module
// that holds commands.
type Module struct {
	Folder string
	Path   string
	// linkerFlags are added for every command, given the version ("v1.2.3").
	linkerFlags func(version string) string
	// tags of the build, which leave out what is not needed.
	tags string
}

// ownSource is the version of a module whose source is the folder itself.
const ownSource = "v0"

// The modules of a cluster, and of what watches it.
var (
	Kubernetes = Module{Folder: "kubernetes", Path: "k8s.io/kubernetes", linkerFlags: kubernetesVersionFlags}
	Etcd       = Module{Folder: "etcd", Path: "go.etcd.io/etcd/server/v3"}
	Helm       = Module{Folder: "helm", Path: "helm.sh/helm/v4"}
	Helm3      = Module{Folder: "helm3", Path: "helm.sh/helm/v3"}
	Crane      = Module{Folder: "crane", Path: "github.com/google/go-containerregistry"}
	Krew       = Module{Folder: "krew", Path: "sigs.k8s.io/krew"}
	CoreDNS    = Module{Folder: "coredns", Path: "github.com/coredns/coredns"}
	// Prometheus is told what to scrape; what finds that in clouds is left out.
	Prometheus = Module{Folder: "prometheus", Path: "github.com/prometheus/prometheus", tags: "remove_all_sd"}
	// Flux is its kustomize-controller; FluxSource is there for the definitions of the kinds that it reads from.
	Flux        = Module{Folder: "flux", Path: "github.com/fluxcd/kustomize-controller"}
	FluxSource  = Module{Folder: "flux-source", Path: "github.com/fluxcd/source-controller"}
	Pause       = Module{Folder: "pause", Path: "pause"}
	CertManager = Module{Folder: "cert-manager", Path: "github.com/cert-manager/cert-manager"}
	CAInjector  = Module{Folder: "cainjector", Path: "github.com/cert-manager/cert-manager"}
)

// Command is a command of a module: the binary's name and the import path of the
// package it is built from, "." for the main package in the module's own folder.
type Command struct {
	Name    string
	Module  Module
	Package string
}

// The commands that are run beside a cluster, too.
var (
	HelmCommand  = Command{Name: "helm", Module: Helm, Package: "helm.sh/helm/v4/cmd/helm"}
	CraneCommand = Command{Name: "crane", Module: Crane, Package: "github.com/google/go-containerregistry/cmd/crane"}
	// KrewCommand is a plugin of kubectl, which finds it by its name on the PATH.
	KrewCommand = Command{Name: "kubectl-krew", Module: Krew, Package: "sigs.k8s.io/krew/cmd/krew"}
	// KrewValidateCommand is what krew's index asks about a manifest; it calls kubectl with krew.
	KrewValidateCommand = Command{Name: "validate-krew-manifest", Module: Krew, Package: "sigs.k8s.io/krew/cmd/validate-krew-manifest"}
)

// Version reads the pinned version ("v1.2.3") from the module's go.mod.
func (m Module) Version() (string, error) {
	dir, err := m.dir()
	if err != nil {
		return "", err
	}
	file := filepath.Join(dir, "go.mod")
	data, err := os.ReadFile(file)
	if err != nil {
		return "", fmt.Errorf("read the pinned version of %s: %w", m.Path, err)
	}
	parsed, err := modfile.ParseLax(file, data, nil)
	if err != nil {
		return "", fmt.Errorf("read the pinned version of %s: %w", m.Path, err)
	}
	if parsed.Module.Mod.Path == m.Path {
		return ownSource, nil
	}
	for _, require := range parsed.Require {
		if require.Mod.Path == m.Path {
			return require.Mod.Version, nil
		}
	}
	return "", fmt.Errorf("%s does not require %s", file, m.Path)
}

// Source downloads the module's source and returns its folder, which is read-only:
// for what a module ships beside its commands, such as a Helm chart.
func (m Module) Source(ctx context.Context) (string, error) {
	dir, err := m.dir()
	if err != nil {
		return "", err
	}
	cmd := exec.CommandContext(ctx, "go", "mod", "download", m.Path)
	cmd.Dir, cmd.Env = dir, Environment()
	if output, err := cmd.CombinedOutput(); err != nil {
		return "", fmt.Errorf("download %s: %w\n%s", m.Path, err, output)
	}
	cmd = exec.CommandContext(ctx, "go", "list", "-m", "-f", "{{.Dir}}", m.Path)
	cmd.Dir, cmd.Env = dir, Environment()
	output, err := cmd.Output()
	if err != nil {
		return "", fmt.Errorf("find the source of %s: %w", m.Path, err)
	}
	return strings.TrimSpace(string(output)), nil
}

// dir is the folder of the module's go.mod.
func (m Module) dir() (string, error) {
	root, err := projectRoot()
	if err != nil {
		return "", err
	}
	return filepath.Join(root, modulesDir, m.Folder), nil
}

// Environment is what the go command runs with in another module: GOFLAGS and GOWORK
// of the caller are about the caller's module, and without cgo no C compiler is needed
// and the binaries are static.
func Environment() []string {
	return append(os.Environ(), "CGO_ENABLED=0", "GOWORK=off", "GOFLAGS=")
}
