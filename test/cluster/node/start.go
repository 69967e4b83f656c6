package node

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	"k8s.io/apimachinery/pkg/util/wait"

	"github.com/kestra-operator/kestra-operator/test/cluster"
)

const (
	// readyTimeout bounds the wait for the node and for CoreDNS.
	readyTimeout = 3 * time.Minute
	readyPoll    = 200 * time.Millisecond
)

func (n *Node) makeNetwork(ctx context.Context, _ io.Writer) (err error) {
	if n.sandbox, err = newSandbox(n.dir); err != nil {
		return err
	}
	n.network, err = connect(ctx, n.sandbox.cmd.Process.Pid)
	return err
}

func (n *Node) startControlPlane(ctx context.Context, log io.Writer) (err error) {
	if n.authority, err = newAuthority(); err != nil {
		return err
	}
	n.serviceAccountKey = n.dir.File("service-account.key")
	n.ControlPlane, err = cluster.Start(ctx, cluster.Options{Log: log, ConfigureAPIServer: n.configureAPIServer})
	return err
}

// startControllers starts what runs beside the node on this machine. Without ports
// of their own, as they are asked for nothing here.
func (n *Node) startControllers(context.Context, io.Writer) error {
	authority, err := n.authority.pem()
	if err != nil {
		return err
	}
	root := n.dir.File("authority.crt")
	if err := os.WriteFile(root, authority, 0o600); err != nil {
		return err
	}
	manager, err := n.KubeconfigFor("system:kube-controller-manager")
	if err != nil {
		return err
	}
	scheduling, err := n.KubeconfigFor("system:kube-scheduler")
	if err != nil {
		return err
	}
	return errors.Join(
		n.run(controllerManager.Name, "--kubeconfig", manager, "--root-ca-file", root, "--service-account-private-key-file", n.serviceAccountKey,
			"--use-service-account-credentials", "--leader-elect=false", "--secure-port=0"),
		n.run(scheduler.Name, "--kubeconfig", scheduling, "--leader-elect=false", "--secure-port=0"),
	)
}

func (n *Node) run(name string, arguments ...string) error {
	started, err := startProcess(n.dir, name, n.binaries[name], arguments...)
	if err == nil {
		n.processes = append(n.processes, started)
	}
	return err
}

// configureNode writes what the node's processes read: images are pushed first,
// because the configuration names them.
func (n *Node) configureNode(ctx context.Context, _ io.Writer) error {
	if err := n.writeAccess(); err != nil {
		return err
	}
	var err error
	if n.configuration, err = n.pushImages(ctx); err != nil {
		return err
	}
	return n.configuration.write()
}

// writeAccess puts the node's binaries, credentials and name server list into its folder.
func (n *Node) writeAccess() error {
	if err := os.Mkdir(n.dir.File("bin"), 0o700); err != nil {
		return err
	}
	errs := []error{os.WriteFile(n.dir.File("resolv.conf"), nil, 0o600)}
	for user, groups := range map[string][]string{
		kubelet.Name:   {"system:node:" + Name, "system:nodes"},
		kubeProxy.Name: {"system:kube-proxy"},
	} {
		kubeconfig, err := n.KubeconfigFor(groups[0], groups[1:]...)
		if err != nil {
			return err
		}
		errs = append(errs,
			os.Rename(kubeconfig, n.dir.File(user+".kubeconfig")),
			os.Symlink(n.binaries[user], n.dir.File(filepath.Join("bin", user))))
	}
	return errors.Join(errs...)
}

// startNode starts kubelet, containerd and kube-proxy and waits for the node.
func (n *Node) startNode(ctx context.Context, _ io.Writer) error {
	if err := n.sandbox.run(n.network); err != nil {
		return err
	}
	return n.waitFor(ctx, "the node is ready", "True", "get", "node", Name, "-o", `jsonpath={.status.conditions[?(@.type=="Ready")].status}`)
}

// startDNS starts CoreDNS and waits until it answers.
func (n *Node) startDNS(ctx context.Context, _ io.Writer) error {
	manifest, err := n.configuration.render("coredns.yaml")
	if err != nil {
		return err
	}
	if err := n.Apply(ctx, strings.NewReader(manifest)); err != nil {
		return err
	}
	return n.waitFor(ctx, "CoreDNS is ready", "1", "get", "deployment", "coredns", "-n", "kube-system", "-o", "jsonpath={.status.readyReplicas}")
}

// waitFor repeats a kubectl command until it prints what is wanted.
func (n *Node) waitFor(ctx context.Context, what, want string, arguments ...string) error {
	var output string
	var last error
	err := wait.PollUntilContextTimeout(ctx, readyPoll, readyTimeout, true, func(ctx context.Context) (bool, error) {
		output, last = n.Kubectl(ctx, arguments...)
		return last == nil && output == want, nil
	})
	if err != nil {
		return errors.Join(fmt.Errorf("wait until %s: %w; kubectl printed %q", what, err, output), last)
	}
	return nil
}

// Apply applies a manifest as administrator, by server-side apply.
func (n *Node) Apply(ctx context.Context, manifest io.Reader) error {
	cmd := n.KubectlCommand(ctx, "apply", "--server-side", "-f", "-")
	cmd.Stdin = manifest
	if output, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("apply a manifest: %w\n%s", err, output)
	}
	return nil
}
