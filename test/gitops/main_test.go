package gitops

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/go-logr/logr"
	"go.uber.org/goleak"
	"sigs.k8s.io/controller-runtime/pkg/log"

	"github.com/kestra-operator/kestra-operator/test/cluster"
	"github.com/kestra-operator/kestra-operator/test/operator"
)

const project = "../.."

// Every test works on these.
var (
	plane  *cluster.ControlPlane
	access operator.Access
	tools  string // the program of Argo CD's and Flux's code
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(world{m}) }

// world is what the tests need before the first and until the last.
type world struct{ tests *testing.M }

func (w world) Run() int {
	log.SetLogger(logr.Discard())
	folder, err := os.MkdirTemp("", "gitops-")
	if err != nil {
		return failed(err)
	}
	defer func() { _ = os.RemoveAll(folder) }() // it is in a temporary folder
	ctx := context.Background()
	if err := prepare(ctx, folder); err != nil {
		return failed(err)
	}
	code := w.tests.Run()
	if err := plane.Stop(); err != nil {
		return failed(err)
	}
	return code
}

func failed(err error) int {
	fmt.Fprintln(os.Stderr, err)
	return 1
}

func prepare(ctx context.Context, folder string) (err error) {
	tools = filepath.Join(folder, "tools")
	build := exec.CommandContext(ctx, "go", "build", "-o", tools, ".")
	build.Dir, build.Env = "tools", append(os.Environ(), "CGO_ENABLED=0", "GOWORK=off", "GOFLAGS=")
	if output, err := build.CombinedOutput(); err != nil {
		return fmt.Errorf("build the tools: %w\n%s", err, output)
	}
	if err := operator.Build(ctx, project); err != nil {
		return err
	}
	if plane, err = cluster.Start(ctx, cluster.Options{Log: os.Stderr}); err != nil {
		return err
	}
	for _, arguments := range [][]string{
		operator.InstallArguments(project),
		{"apply", "--server-side", "-f", project + "/config/value-from/rbac.yaml"},
	} {
		if _, err := plane.Kubectl(ctx, arguments...); err != nil {
			return err
		}
	}
	access, err = operator.AccessOn(ctx, plane)
	return err
}
