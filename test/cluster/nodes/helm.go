package nodes

import (
	"context"
	"fmt"
	"os"
	"os/exec"
)

// HelmCommand is a Helm 4 command as administrator, not started yet. Its caches and
// plugins are the node's own.
func (c *Cluster) HelmCommand(ctx context.Context, arguments ...string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, c.binaries[helm.Name], arguments...)
	home := c.dir.File("helm")
	cmd.Env = append(os.Environ(), "KUBECONFIG="+c.Kubeconfig(), "HELM_CACHE_HOME="+home, "HELM_CONFIG_HOME="+home, "HELM_DATA_HOME="+home)
	return cmd
}

// Helm runs Helm as administrator and returns what it printed, to either stream.
// The error of a failed command repeats it.
func (c *Cluster) Helm(ctx context.Context, arguments ...string) (string, error) {
	output, err := c.HelmCommand(ctx, arguments...).CombinedOutput()
	if err != nil {
		return string(output), fmt.Errorf("helm %q: %w\n%s", arguments, err, output)
	}
	return string(output), nil
}
