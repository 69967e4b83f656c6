package node

import (
	"context"
	"fmt"
	"os"
	"os/exec"
)

// HelmCommand is a Helm 4 command as administrator, not started yet. Its caches and
// plugins are the node's own.
func (n *Node) HelmCommand(ctx context.Context, arguments ...string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, n.binaries[helm.Name], arguments...)
	home := n.dir.File("helm")
	cmd.Env = append(os.Environ(), "KUBECONFIG="+n.Kubeconfig(), "HELM_CACHE_HOME="+home, "HELM_CONFIG_HOME="+home, "HELM_DATA_HOME="+home)
	return cmd
}

// Helm runs Helm as administrator and returns what it printed, to either stream.
// The error of a failed command repeats it.
func (n *Node) Helm(ctx context.Context, arguments ...string) (string, error) {
	output, err := n.HelmCommand(ctx, arguments...).CombinedOutput()
	if err != nil {
		return string(output), fmt.Errorf("helm %q: %w\n%s", arguments, err, output)
	}
	return string(output), nil
}
