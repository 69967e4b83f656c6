package nodes

import (
	"context"
	"fmt"
	"os"
	"os/exec"

	"github.com/kestra-operator/kestra-operator/test/cluster/build"
)

// Helm runs Helm 4 as administrator and returns what it printed, to either stream. The error of a failed command
// repeats it. Its caches and plugins are the cluster's own.
func (c *Cluster) Helm(ctx context.Context, arguments ...string) (string, error) {
	return c.runHelm(ctx, build.HelmCommand.Name, arguments)
}

// Helm3 is [Cluster.Helm] for Helm 3, which knows the same releases.
func (c *Cluster) Helm3(ctx context.Context, arguments ...string) (string, error) {
	return c.runHelm(ctx, helm3.Name, arguments)
}

func (c *Cluster) runHelm(ctx context.Context, name string, arguments []string) (string, error) {
	cmd := exec.CommandContext(ctx, c.binaries[name], arguments...)
	home := c.dir.File(name)
	cmd.Env = append(os.Environ(), "KUBECONFIG="+c.Kubeconfig(), "HELM_CACHE_HOME="+home, "HELM_CONFIG_HOME="+home, "HELM_DATA_HOME="+home)
	output, err := cmd.CombinedOutput()
	if err != nil {
		return string(output), fmt.Errorf("%s %q: %w\n%s", name, arguments, err, output)
	}
	return string(output), nil
}
