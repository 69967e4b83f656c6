package e2e

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"

	"sigs.k8s.io/yaml"

	"github.com/kestra-operator/kestra-operator/test/cluster/build"
)

// operatorImage is the operator's image, in a folder, as a release makes it, for one platform.
type operatorImage struct{ folder, digest string }

var builtOperator = sync.OnceValues(func() (operatorImage, error) {
	built := operatorImage{folder: filepath.Join(scratch(), "image")}
	command := exec.Command("go", "run", "./image", "-platforms", "linux/amd64", "-output", built.folder)
	command.Dir, command.Stderr = project, os.Stderr
	digest, err := command.Output()
	if err != nil {
		return operatorImage{}, fmt.Errorf("build the operator's image: %w", err)
	}
	_, built.digest, _ = strings.Cut(strings.TrimSpace(string(digest)), ":")
	return built, nil
})

// pushOperator pushes the operator's image by its hash, and under the names that the chart and the manifests give it.
func (c *cluster) pushOperator(ctx context.Context) error {
	built, err := builtOperator()
	if err != nil {
		return err
	}
	version, err := chartVersion()
	if err != nil {
		return err
	}
	crane, err := build.CraneCommand.Build(ctx, os.Stderr)
	if err != nil {
		return err
	}
	c.operator = image{repository: c.Registry() + "/kestra-operator/kestra-operator", tag: built.digest[:12]}
	reference := c.operator.repository + ":" + c.operator.tag
	for _, arguments := range [][]string{
		{"push", built.folder, reference},
		{"tag", reference, version},
		{"tag", reference, "latest"},
	} {
		if output, err := exec.CommandContext(ctx, crane, arguments...).CombinedOutput(); err != nil {
			return fmt.Errorf("push the operator's image: crane %q: %w\n%s", arguments, err, output)
		}
	}
	return nil
}

// chartVersion is the version of the image that the chart runs unless it is told otherwise.
func chartVersion() (string, error) {
	text, err := os.ReadFile(filepath.Join(chart, "Chart.yaml"))
	if err != nil {
		return "", err
	}
	var read struct{ AppVersion string }
	return read.AppVersion, yaml.Unmarshal(text, &read)
}

var builtKestra = sync.OnceValues(func() (binary string, err error) {
	binary = filepath.Join(scratch(), "dev-kestra")
	compile := exec.Command("go", "build", "-o", binary, "./test/kestra/cmd/dev-kestra")
	compile.Dir = project
	compile.Env = append(os.Environ(), "CGO_ENABLED=0")
	if output, err := compile.CombinedOutput(); err != nil {
		return "", fmt.Errorf("build the development Kestra: %w\n%s", err, output)
	}
	return binary, nil
})

// pushKestra pushes the development Kestra.
func (c *cluster) pushKestra(ctx context.Context) error {
	binary, err := builtKestra()
	if err != nil {
		return err
	}
	c.kestra.repository, c.kestra.tag, err = c.PushImage(ctx, "dev-kestra", binary)
	return err
}
