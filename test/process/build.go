package process

import (
	"context"
	"fmt"
	"os/exec"
)

// Build compiles the program into a file, with more flags of go build. The working folder is in the project.
func Build(ctx context.Context, file string, flags ...string) error {
	arguments := append([]string{"build", "-o", file}, flags...)
	command := exec.CommandContext(ctx, "go", append(arguments, "github.com/kestra-operator/kestra-operator/cmd/kestra-operator")...)
	if output, err := command.CombinedOutput(); err != nil {
		return fmt.Errorf("build the operator: %w\n%s", err, output)
	}
	return nil
}
