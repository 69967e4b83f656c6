package gitops

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/kestra-operator/kestra-operator/test/cluster"
	"github.com/kestra-operator/kestra-operator/test/process"
	"github.com/kestra-operator/kestra-operator/test/suite"
)

const project = "../.."

// Every test works on these.
var (
	plane  *cluster.ControlPlane
	access process.Access
	binary string // the operator's program
	tools  string // the program of Argo CD's and Flux's code
)

func TestMain(m *testing.M) {
	folder, err := os.MkdirTemp("", "gitops-")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	binary, tools = filepath.Join(folder, "kestra-operator"), filepath.Join(folder, "tools")
	suite.Suite{
		Plane: &plane, Bare: true, Before: prepare,
		After: func() { _ = os.RemoveAll(folder) }, // it is in a temporary folder
	}.Main(m)
}

// prepare builds the programs and installs what stands around the operator.
func prepare(ctx context.Context) (err error) {
	build := exec.CommandContext(ctx, "go", "build", "-o", tools, ".")
	build.Dir, build.Env = "tools", append(os.Environ(), "CGO_ENABLED=0", "GOWORK=off", "GOFLAGS=")
	if output, err := build.CombinedOutput(); err != nil {
		return fmt.Errorf("build the tools: %w\n%s", err, output)
	}
	if err := process.Build(ctx, binary); err != nil {
		return err
	}
	for _, arguments := range [][]string{
		process.InstallArguments(project),
		{"apply", "--server-side", "-f", project + "/config/value-from/rbac.yaml"},
	} {
		if _, err := plane.Kubectl(ctx, arguments...); err != nil {
			return err
		}
	}
	access, err = process.AccessOn(ctx, plane, process.Namespace)
	return err
}
