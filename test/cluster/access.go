package cluster

import (
	"context"
	"fmt"
	"os"
	"os/exec"

	"k8s.io/client-go/rest"
	"sigs.k8s.io/controller-runtime/pkg/envtest"
)

// AddUser makes a client certificate for a user with these groups and returns the
// access it gives. Nothing is granted: RBAC rules decide what the user may do.
func (c *ControlPlane) AddUser(name string, groups ...string) (*rest.Config, error) {
	user, err := c.authenticate(name, groups)
	if err != nil {
		return nil, err
	}
	return user.Config(), nil
}

// KubeconfigFor writes a kubeconfig file for a user with these groups, as
// [ControlPlane.AddUser] does, and returns its path. It lives as long as the
// control plane.
func (c *ControlPlane) KubeconfigFor(name string, groups ...string) (string, error) {
	user, err := c.authenticate(name, groups)
	if err != nil {
		return "", err
	}
	text, err := user.KubeConfig()
	if err != nil {
		return "", fmt.Errorf("write a kubeconfig for user %q: %w", name, err)
	}
	file, err := os.CreateTemp(c.dir.Path, "*.kubeconfig")
	if err != nil {
		return "", fmt.Errorf("write a kubeconfig for user %q: %w", name, err)
	}
	defer file.Close()
	if _, err := file.Write(text); err != nil {
		return "", fmt.Errorf("write a kubeconfig for user %q: %w", name, err)
	}
	return file.Name(), nil
}

func (c *ControlPlane) authenticate(name string, groups []string) (*envtest.AuthenticatedUser, error) {
	// As envtest does for its administrator: tests should not wait for a limiter.
	base := &rest.Config{QPS: c.admin.QPS, Burst: c.admin.Burst}
	c.users.Lock() // envtest counts its certificates without one
	defer c.users.Unlock()
	user, err := c.environment.AddUser(envtest.User{Name: name, Groups: groups}, base)
	if err != nil {
		return nil, fmt.Errorf("add user %q: %w", name, err)
	}
	return user, nil
}

// KubectlPath is the path of the kubectl of the same version as the API server.
func (c *ControlPlane) KubectlPath() string { return c.kubectl }

// KubectlCommand is a kubectl command as administrator, not started yet, for those
// who want to set its input, its output, or another KUBECONFIG.
func (c *ControlPlane) KubectlCommand(ctx context.Context, args ...string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, c.kubectl, args...)
	cmd.Env = append(os.Environ(), "KUBECONFIG="+c.kubeconfig)
	return cmd
}

// Kubectl runs kubectl as administrator and returns what it printed, to either
// stream. The error of a failed command repeats it.
func (c *ControlPlane) Kubectl(ctx context.Context, args ...string) (string, error) {
	cmd := c.KubectlCommand(ctx, args...)
	output, err := cmd.CombinedOutput()
	if err != nil {
		return string(output), fmt.Errorf("kubectl %q: %w\n%s", args, err, output)
	}
	return string(output), nil
}
