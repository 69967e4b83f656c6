package nodes

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
)

// node is one node of a cluster.
type node struct {
	name    string
	number  int
	dir     string
	sandbox *sandbox
}

// newNode makes the folder and the namespaces of a node.
func (c *Cluster) newNode(number int) (*node, error) {
	n := &node{name: fmt.Sprintf("node-%d", number), number: number}
	n.dir = c.dir.File(n.name)
	if err := os.Mkdir(n.dir, 0o700); err != nil {
		return nil, err
	}
	for _, process := range []string{"containerd", kubelet.Name, kubeProxy.Name} {
		if _, err := c.dir.Log(filepath.Join(n.name, process)); err != nil {
			return nil, err
		}
	}
	log, err := c.dir.Log(filepath.Join(n.name, "init"))
	if err != nil {
		return nil, err
	}
	n.sandbox, err = newSandbox(n.dir, log)
	return n, err
}

// writeNode writes what the node's processes read.
func (c *Cluster) writeNode(n *node) error {
	if err := os.Mkdir(filepath.Join(n.dir, "bin"), 0o700); err != nil {
		return err
	}
	authority, err := c.authority.pem()
	if err != nil {
		return err
	}
	return errors.Join(
		c.writeComponent(n, kubelet.Name, "system:node:"+n.name, "system:nodes"),
		c.writeComponent(n, kubeProxy.Name, "system:kube-proxy"),
		os.WriteFile(filepath.Join(n.dir, "authority.crt"), authority, 0o600),
		os.WriteFile(filepath.Join(n.dir, "resolv.conf"), nil, 0o600),
		configuration{
			Dir:        n.dir,
			Name:       n.name,
			Registry:   c.Registry(),
			PauseImage: c.pauseImage,
			CNIPlugins: cniPlugins,
			Pods:       c.network.pods(n.number),
			AllPods:    c.network.allPods(),
			DNS:        c.network.dns(),
			Cgroup:     filepath.Join(cgroupOf(c.dir.Path), n.name),
		}.write(),
	)
}

// writeComponent puts a component's binary and its access to the API server into
// the node's folder.
func (c *Cluster) writeComponent(n *node, name, user string, groups ...string) error {
	kubeconfig, err := c.KubeconfigFor(user, groups...)
	if err != nil {
		return err
	}
	return errors.Join(
		os.Rename(kubeconfig, filepath.Join(n.dir, name+".kubeconfig")),
		os.Symlink(c.binaries[name], filepath.Join(n.dir, "bin", name)),
	)
}
