package nodes

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"k8s.io/apimachinery/pkg/util/wait"

	"github.com/kestra-operator/kestra-operator/test/cluster"
)

const (
	// readyTimeout bounds each wait for something to be ready.
	readyTimeout = 3 * time.Minute
	// readyPoll is seldom enough that looking does not slow down what is waited for.
	readyPoll = 500 * time.Millisecond
)

// start brings up one thing after the other, each of which needs those before.
func (c *Cluster) start(ctx context.Context, options Options) error {
	for _, step := range []func(context.Context, Options) error{
		c.makeNetwork,
		c.startControlPlane,
		c.startControllers,
		c.startRegistry,
		c.startNodes,
		c.startDNS,
	} {
		if err := step(ctx, options); err != nil {
			return err
		}
	}
	return nil
}

// makeNetwork makes the nodes' namespaces and links them.
func (c *Cluster) makeNetwork(ctx context.Context, options Options) error {
	for number := range max(1, options.Nodes) {
		n, err := c.newNode(number)
		if err != nil {
			return err
		}
		c.nodes = append(c.nodes, n)
	}
	first := c.nodes[0].sandbox.pid()
	var err error
	if c.network, err = claim(ctx, first); err != nil {
		return err
	}
	for _, n := range c.nodes[1:] {
		if err := c.network.join(ctx, first, n.sandbox.pid(), n.number); err != nil {
			return err
		}
	}
	return nil
}

func (c *Cluster) startControlPlane(ctx context.Context, options Options) (err error) {
	if c.authority, err = newAuthority(); err != nil {
		return err
	}
	c.serviceAccountKey = c.dir.File("service-account.key")
	c.ControlPlane, err = cluster.Start(ctx, cluster.Options{Log: options.Log, ConfigureAPIServer: c.configureAPIServer})
	return err
}

// startControllers starts the controllers and the scheduler on this machine, without
// ports: nobody asks them anything.
func (c *Cluster) startControllers(context.Context, Options) error {
	authority, err := c.authority.pem()
	if err != nil {
		return err
	}
	root := c.dir.File("authority.crt")
	if err := os.WriteFile(root, authority, 0o600); err != nil {
		return err
	}
	manager, err := c.KubeconfigFor("system:kube-controller-manager")
	if err != nil {
		return err
	}
	scheduling, err := c.KubeconfigFor("system:kube-scheduler")
	if err != nil {
		return err
	}
	return errors.Join(
		c.run(controllerManager.Name, "--kubeconfig", manager, "--root-ca-file", root, "--service-account-private-key-file", c.serviceAccountKey,
			"--use-service-account-credentials", "--leader-elect=false", "--secure-port=0"),
		c.run(scheduler.Name, "--kubeconfig", scheduling, "--leader-elect=false", "--secure-port=0"),
	)
}

func (c *Cluster) run(name string, arguments ...string) error {
	started, err := startProcess(c.dir, name, c.binaries[name], arguments...)
	if err == nil {
		c.processes = append(c.processes, started)
	}
	return err
}

// startNodes starts containerd, kubelet and kube-proxy on every node and waits until
// all are ready.
func (c *Cluster) startNodes(ctx context.Context, _ Options) (err error) {
	if c.pauseImage, err = c.pushBinary(ctx, pause.Name); err != nil {
		return err
	}
	for _, n := range c.nodes {
		if err := c.writeNode(n); err != nil {
			return fmt.Errorf("configure %s: %w", n.name, err)
		}
		if err := n.sandbox.run(n.name, c.network.node(n.number)); err != nil {
			return err
		}
	}
	return c.waitFor(ctx, "all nodes are ready", strings.Repeat("True", len(c.nodes)),
		"get", "nodes", "-o", `jsonpath={.items[*].status.conditions[?(@.type=="Ready")].status}`)
}

// startDNS starts CoreDNS and waits until it answers.
func (c *Cluster) startDNS(ctx context.Context, _ Options) error {
	image, err := c.pushBinary(ctx, coreDNS.Name)
	if err != nil {
		return err
	}
	manifest, err := configuration{CoreDNSImage: image, DNS: c.network.dns()}.render("coredns.yaml")
	if err != nil {
		return err
	}
	if err := c.Apply(ctx, strings.NewReader(manifest)); err != nil {
		return err
	}
	return c.waitFor(ctx, "CoreDNS is ready", "1", "get", "deployment", "coredns", "-n", "kube-system", "-o", "jsonpath={.status.readyReplicas}")
}

// waitFor repeats a kubectl command until it prints what is wanted, apart from spaces.
func (c *Cluster) waitFor(ctx context.Context, what, want string, arguments ...string) error {
	var output string
	var last error
	err := wait.PollUntilContextTimeout(ctx, readyPoll, readyTimeout, true, func(ctx context.Context) (bool, error) {
		output, last = c.Kubectl(ctx, arguments...)
		return last == nil && strings.ReplaceAll(output, " ", "") == want, nil
	})
	if err != nil {
		return errors.Join(fmt.Errorf("wait until %s: %w; kubectl printed %q", what, err, output), last)
	}
	return nil
}

// Apply applies a manifest as administrator, by server-side apply.
func (c *Cluster) Apply(ctx context.Context, manifest io.Reader) error {
	cmd := c.KubectlCommand(ctx, "apply", "--server-side", "-f", "-")
	cmd.Stdin = manifest
	if output, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("apply a manifest: %w\n%s", err, output)
	}
	return nil
}
