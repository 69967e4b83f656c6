package operator

import (
	"context"
	"fmt"
	"os/exec"
	"path/filepath"

	"github.com/kestra-operator/kestra-operator/test/cluster"
)

// Namespace is where config/self-managed puts the operator.
const Namespace = "kestra-operator-system"

// Binary is where [Build] puts the operator, from the project's folder.
const Binary = ".cache/demo/kestra-operator"

// Build compiles the operator. The argument is the project's folder.
func Build(ctx context.Context, project string) error {
	build := exec.CommandContext(ctx, "go", "build", "-o", Binary, "./cmd/kestra-operator")
	build.Dir = project
	if output, err := build.CombinedOutput(); err != nil {
		return fmt.Errorf("build the operator: %w\n%s", err, output)
	}
	return nil
}

// InstallArguments are those of kubectl that apply what stands around the operator.
func InstallArguments(project string) []string {
	return []string{"apply", "--server-side", "-k", filepath.Join(project, "config", "self-managed")}
}

// Access is what an installed operator works with.
type Access struct {
	ServiceIP  string // the address of the webhooks' Service
	Kubeconfig string // of the operator's service account
}

// AccessOn reads the access that the installation on a control plane gives.
func AccessOn(ctx context.Context, plane *cluster.ControlPlane) (Access, error) {
	ip, err := plane.Kubectl(ctx, "get", "service", "-n", Namespace, "kestra-operator-webhook", "-o", "jsonpath={.spec.clusterIP}")
	if err != nil {
		return Access{}, err
	}
	kubeconfig, err := plane.KubeconfigFor("system:serviceaccount:"+Namespace+":kestra-operator",
		"system:serviceaccounts", "system:serviceaccounts:"+Namespace)
	return Access{ServiceIP: ip, Kubeconfig: kubeconfig}, err
}
