// Command cluster builds and runs the control plane of tests by hand:
//
//	go run ./test/cluster/cmd build  # compile kube-apiserver, etcd and kubectl
//	go run ./test/cluster/cmd up     # run a control plane until interrupted
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
	switch {
	case len(args) == 1 && args[0] == "build":
		_, err := cluster.Build(ctx, os.Stderr)
		return err
	case len(args) == 1 && args[0] == "up":
		return up(ctx)
	}
	return errors.New("want one argument: build or up")
}

func up(ctx context.Context) error {
	plane, err := cluster.Start(ctx, cluster.Options{Log: os.Stderr})
	if err != nil {
		return err
	}
	fmt.Printf("export KUBECONFIG=%s\nexport PATH=%s:$PATH\n", plane.Kubeconfig(), filepath.Dir(plane.KubectlPath()))
	<-ctx.Done()
	return plane.Stop()
}
