package bench

import (
	"fmt"
	"os"
	"os/exec"
	"sync"
	"testing"

	"github.com/kestra-operator/kestra-operator/test/cluster"
	"github.com/kestra-operator/kestra-operator/test/suite"
)

// plane is the one API server of a run.
var plane *cluster.ControlPlane

func TestMain(m *testing.M) {
	if address := os.Getenv(emptyWebhooksVariable); address != "" {
		if err := serveEmptyWebhooks(address); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		return
	}
	suite.Suite{Plane: &plane, After: removeCertificate}.Main(m)
}

// binary compiles the operator as it is released, once.
var binary = sync.OnceValues(func() (string, error) {
	const path = "../../.cache/bench/kestra-operator"
	command := exec.Command("go", "build", "-tags", "grpcnotrace", "-trimpath", "-ldflags", "-s -w -funcalign=16", "-o", path, "../../cmd/kestra-operator")
	command.Env = append(os.Environ(), "CGO_ENABLED=0")
	if output, err := command.CombinedOutput(); err != nil {
		return "", fmt.Errorf("build the operator: %w\n%s", err, output)
	}
	return path, nil
})
