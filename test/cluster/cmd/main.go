// Command cluster builds and runs test clusters by hand. Run it in the project:
//
//	go run ./test/cluster/cmd build       # compile a control plane's binaries
//	go run ./test/cluster/cmd up          # run a control plane until interrupted
//	go run ./test/cluster/cmd nodes-build  # compile what nodes need too (root)
//	go run ./test/cluster/cmd nodes-up     # run a cluster of one node with cert-manager until interrupted (root)
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"syscall"

	"github.com/kestra-operator/kestra-operator/test/cluster"
	"github.com/kestra-operator/kestra-operator/test/cluster/nodes"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx, os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "cluster:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, args []string) error {
	commands := map[string]func(context.Context) error{
		"build":       func(ctx context.Context) error { _, err := cluster.Build(ctx, os.Stderr); return err },
		"up":          up,
		"nodes-build": func(ctx context.Context) error { _, err := nodes.Build(ctx, os.Stderr); return err },
		"nodes-up":    nodesUp,
	}
	if len(args) == 1 && commands[args[0]] != nil {
		return commands[args[0]](ctx)
	}
	return errors.New("want one argument: build, up, nodes-build or nodes-up")
}

func up(ctx context.Context) error {
	plane, err := cluster.Start(ctx, cluster.Options{Log: os.Stderr})
	if err != nil {
		return err
	}
	printAccess(plane)
	<-ctx.Done()
	return plane.Stop()
}

func nodesUp(ctx context.Context) error {
	c, err := nodes.Start(ctx, nodes.Options{Log: os.Stderr})
	if err != nil {
		return err
	}
	if err := c.InstallCertManager(ctx); err != nil {
		return errors.Join(err, c.Stop())
	}
	printAccess(c.ControlPlane)
	<-ctx.Done()
	return c.Stop()
}

// printAccess prints what a shell needs to talk to the cluster.
func printAccess(plane *cluster.ControlPlane) {
	fmt.Printf("export KUBECONFIG=%s\nexport PATH=%s:$PATH\n", plane.Kubeconfig(), filepath.Dir(plane.KubectlPath()))
}
