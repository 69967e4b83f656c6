package nodes

import (
	"context"
	"fmt"
	"io"

	"github.com/kestra-operator/kestra-operator/test/cluster"
	"github.com/kestra-operator/kestra-operator/test/cluster/build"
)

var (
	controllerManager = build.Command{Name: "kube-controller-manager", Module: build.Kubernetes, Package: "k8s.io/kubernetes/cmd/kube-controller-manager"}
	scheduler         = build.Command{Name: "kube-scheduler", Module: build.Kubernetes, Package: "k8s.io/kubernetes/cmd/kube-scheduler"}
	kubelet           = build.Command{Name: "kubelet", Module: build.Kubernetes, Package: "k8s.io/kubernetes/cmd/kubelet"}
	kubeProxy         = build.Command{Name: "kube-proxy", Module: build.Kubernetes, Package: "k8s.io/kubernetes/cmd/kube-proxy"}
	pause             = build.Command{Name: "pause", Module: build.Pause, Package: "."}
	coreDNS           = build.Command{Name: "coredns", Module: build.CoreDNS, Package: "."}
	helm3             = build.Command{Name: "helm3", Module: build.Helm3, Package: "helm.sh/helm/v3/cmd/helm"}
)

// Build installs the Debian packages and compiles everything that nodes need,
// cert-manager included, unless it is there already, and returns the path of each
// binary by name. About twenty minutes on two cores the first time.
func Build(ctx context.Context, log io.Writer) (map[string]string, error) {
	if err := installSystemPackages(ctx, log); err != nil {
		return nil, err
	}
	if _, err := cluster.Build(ctx, log); err != nil {
		return nil, err
	}
	commands := append([]build.Command{controllerManager, scheduler, kubelet, kubeProxy, pause, coreDNS, build.CraneCommand, build.HelmCommand, helm3}, certManagerCommands...)
	binaries, err := build.Commands(ctx, log, commands...)
	if err != nil {
		return nil, fmt.Errorf("build the nodes' binaries: %w", err)
	}
	return binaries, nil
}
