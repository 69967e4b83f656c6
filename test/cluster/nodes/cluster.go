package nodes

import (
	"context"
	"errors"
	"fmt"
	"io"
	"sync"

	"github.com/kestra-operator/kestra-operator/test/cluster"
	"github.com/kestra-operator/kestra-operator/test/cluster/workdir"
)

// Options for [Start].
type Options struct {
	// Nodes is the number of nodes, named node-0, node-1, … At most 64; 0 means 1.
	Nodes int
	// Log receives progress, such as compilation. Nil discards it.
	Log io.Writer
}

// Cluster is a running cluster. Pods can reach the API server, each other, Services
// by name, and this machine at [Cluster.MachineAddress]; this machine can reach pods
// and Services by address. Nothing beyond this machine is reached, and network
// policies are not enforced.
type Cluster struct {
	*cluster.ControlPlane
	binaries          map[string]string
	dir               *workdir.Dir
	network           network
	authority         *authority
	serviceAccountKey string
	pauseImage        string
	nodes             []*node
	processes         []*process
	stop              func() error
}

// Start builds what is missing, starts a cluster, and returns when its nodes are
// ready and CoreDNS answers. The caller stops it with [Cluster.Stop]; should the
// caller be killed, so is the cluster.
func Start(ctx context.Context, options Options) (*Cluster, error) {
	if options.Nodes > maxNodes {
		return nil, fmt.Errorf("start a cluster of %d nodes: at most %d", options.Nodes, maxNodes)
	}
	if options.Log == nil {
		options.Log = io.Discard
	}
	binaries, err := Build(ctx, options.Log)
	if err != nil {
		return nil, err
	}
	dir, err := workdir.New(ctx)
	if err != nil {
		return nil, err
	}
	removeAbandonedCgroups(dir.Path)
	c := &Cluster{binaries: binaries, dir: dir}
	c.stop = sync.OnceValue(c.shutDown)
	if err := c.start(ctx, options); err != nil {
		return nil, errors.Join(fmt.Errorf("start a cluster: %w", err), dir.LogTails(), c.Stop())
	}
	return c, nil
}

// shutDown stops the API server while its clients still are there: it waits in vain
// for those that vanished without a word.
func (c *Cluster) shutDown() error {
	var err error
	if c.ControlPlane != nil {
		err = c.ControlPlane.Stop()
	}
	for _, process := range c.processes {
		process.stop()
	}
	for _, node := range c.nodes {
		node.sandbox.stop()
	}
	removeCgroups(cgroupOf(c.dir.Path))
	return errors.Join(err, c.dir.Remove())
}

// Dir is the cluster's folder: the logs of its processes are in it.
func (c *Cluster) Dir() string { return c.dir.Path }

// MachineAddress is this machine's address in the cluster's network, where pods
// reach what listens on it.
func (c *Cluster) MachineAddress() string { return c.network.machine() }

// Stop stops everything and removes what the cluster wrote. Calling it again
// returns the first call's result.
func (c *Cluster) Stop() error { return c.stop() }
