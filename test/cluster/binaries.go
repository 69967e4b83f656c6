package cluster

import (
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/kestra-operator/kestra-operator/test/cluster/build"
)

// assetsVariable names the folder of ready-made binaries, as envtest does.
const assetsVariable = "KUBEBUILDER_ASSETS"

var (
	kubeAPIServer = build.Command{Name: "kube-apiserver", Module: build.Kubernetes, Package: "k8s.io/kubernetes/cmd/kube-apiserver"}
	kubectl       = build.Command{Name: "kubectl", Module: build.Kubernetes, Package: "k8s.io/kubernetes/cmd/kubectl"}
	etcd          = build.Command{Name: "etcd", Module: build.Etcd, Package: "go.etcd.io/etcd/server/v3"}
)

// Build compiles kube-apiserver, etcd and kubectl unless they are cached already,
// and returns the path of each by name. It needs Go and a module proxy, and about
// five minutes on two cores the first time. When KUBEBUILDER_ASSETS is set, nothing
// is built and its binaries are returned. Progress goes to log.
func Build(ctx context.Context, log io.Writer) (map[string]string, error) {
	commands := []build.Command{kubeAPIServer, etcd, kubectl}
	if assets := os.Getenv(assetsVariable); assets != "" {
		return readyMade(assets, commands)
	}
	return build.Commands(ctx, log, commands...)
}

// readyMade finds the commands in a folder that somebody else has filled.
func readyMade(folder string, commands []build.Command) (map[string]string, error) {
	paths := map[string]string{}
	for _, command := range commands {
		path := filepath.Join(folder, command.Name)
		if _, err := os.Stat(path); err != nil {
			return nil, fmt.Errorf("%s is %q but lacks %s (unset it to build the binaries from source): %w", assetsVariable, folder, command.Name, err)
		}
		paths[command.Name] = path
	}
	return paths, nil
}
