package node

import (
	"context"
	"errors"
	"fmt"
	"io"
	"sync"

	"github.com/kestra-operator/kestra-operator/test/cluster"
	"github.com/kestra-operator/kestra-operator/test/cluster/workdir"
)

// Name is the name of the Node object.
const Name = "node"

// Options for [Start].
type Options struct {
	// Log receives progress, such as compilation. Nil discards it.
	Log io.Writer
}

// Node is a running cluster of one node. Pods can reach the API server, each other,
// Services by name, and this machine's address on their network; this machine can
// reach pods and Services by address. Nothing beyond this machine is reached.
type Node struct {
	*cluster.ControlPlane
	binaries          map[string]string
	dir               *workdir.Dir
	network           network
	authority         *authority
	serviceAccountKey string
	configuration     configuration
	sandbox           *sandbox
	processes         []*process
	stop              func() error
}

// Start builds what is missing, starts a node, and returns when it is ready and
// CoreDNS answers. The caller stops it with [Node.Stop]; should the caller be
// killed, so is the node.
func Start(ctx context.Context, options Options) (*Node, error) {
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
	n := &Node{binaries: binaries, dir: dir}
	n.stop = sync.OnceValue(n.shutDown)
	if err := n.start(ctx, options.Log); err != nil {
		return nil, errors.Join(fmt.Errorf("start the node: %w", err), dir.LogTails(), n.Stop())
	}
	return n, nil
}

// start brings up one thing after the other, each of which needs those before.
func (n *Node) start(ctx context.Context, log io.Writer) error {
	for _, step := range []func(context.Context, io.Writer) error{
		n.makeNetwork,
		n.startControlPlane,
		n.startControllers,
		n.startRegistry,
		n.configureNode,
		n.startNode,
		n.startDNS,
	} {
		if err := step(ctx, log); err != nil {
			return err
		}
	}
	return nil
}

// shutDown stops the API server while its clients still are there: it waits in vain
// for those that vanished without a word.
func (n *Node) shutDown() error {
	var err error
	if n.ControlPlane != nil {
		err = n.ControlPlane.Stop()
	}
	for _, process := range n.processes {
		process.stop()
	}
	if n.sandbox != nil {
		n.sandbox.stop()
	}
	removeCgroups(cgroupOf(n.dir.Path))
	return errors.Join(err, n.dir.Remove())
}

// Dir is the node's folder: the logs of its processes are in it.
func (n *Node) Dir() string { return n.dir.Path }

// MachineAddress is this machine's address on the node's network, where pods reach
// what listens on it.
func (n *Node) MachineAddress() string { return n.network.machine() }

// Stop stops everything and removes what the node wrote. Calling it again returns
// the first call's result.
func (n *Node) Stop() error { return n.stop() }
