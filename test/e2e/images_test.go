package e2e

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"github.com/kestra-operator/kestra-operator/test/cluster/build"
)

// pushOperator builds the operator's image as a release does, for one platform, and pushes it.
func (c *cluster) pushOperator(ctx context.Context) error {
	folder, err := os.MkdirTemp(c.Dir(), "image-")
	if err != nil {
		return err
	}
	output := filepath.Join(folder, "image")
	make := exec.CommandContext(ctx, "go", "run", "./image", "-platforms", "linux/amd64", "-output", output)
	make.Dir, make.Stderr = project, os.Stderr
	digest, err := make.Output()
	if err != nil {
		return fmt.Errorf("build the operator's image: %w", err)
	}
	crane := build.Command{Name: "crane", Module: build.Crane, Package: "github.com/google/go-containerregistry/cmd/crane"}
	binaries, err := build.Commands(ctx, os.Stderr, crane)
	if err != nil {
		return err
	}
	_, hash, _ := strings.Cut(strings.TrimSpace(string(digest)), ":")
	c.operator = image{repository: c.Registry() + "/kestra-operator", tag: hash[:12]}
	push := exec.CommandContext(ctx, binaries[crane.Name], "push", "--index", output, c.operator.repository+":"+c.operator.tag)
	if output, err := push.CombinedOutput(); err != nil {
		return fmt.Errorf("push the operator's image: %w\n%s", err, output)
	}
	return nil
}

// pushKestra builds and pushes the development Kestra.
func (c *cluster) pushKestra(ctx context.Context) error {
	folder, err := os.MkdirTemp(c.Dir(), "kestra-")
	if err != nil {
		return err
	}
	binary := filepath.Join(folder, "dev-kestra")
	compile := exec.CommandContext(ctx, "go", "build", "-o", binary, "./test/kestra/cmd/dev-kestra")
	compile.Dir = project
	compile.Env = append(os.Environ(), "CGO_ENABLED=0")
	if output, err := compile.CombinedOutput(); err != nil {
		return fmt.Errorf("build the development Kestra: %w\n%s", err, output)
	}
	c.kestra.repository, c.kestra.tag, err = c.PushImage(ctx, "dev-kestra", binary)
	return err
}
