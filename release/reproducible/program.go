package reproducible

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
)

// Program is a command of a module, at a version.
type Program struct {
	Folder  string // of the module
	Package string // relative to the folder
	Version string
}

// Compile returns a static binary for an operating system and an architecture, in Go's words. It does not tell where it
// was built.
func (p Program) Compile(ctx context.Context, system, architecture string) ([]byte, error) {
	folder, err := os.MkdirTemp("", "program-")
	if err != nil {
		return nil, err
	}
	defer func() { _ = os.RemoveAll(folder) }() // it is in a temporary folder
	binary := filepath.Join(folder, "program")
	build := exec.CommandContext(ctx, "go", "build", "-tags", "grpcnotrace", "-trimpath", "-ldflags", "-s -w -funcalign=16 -X main.version="+p.Version, "-o", binary, p.Package)
	build.Dir = p.Folder
	build.Env = append(os.Environ(), "CGO_ENABLED=0", "GOOS="+system, "GOARCH="+architecture)
	if output, err := build.CombinedOutput(); err != nil {
		return nil, fmt.Errorf("%s: %w\n%s", build, err, output)
	}
	return os.ReadFile(binary)
}
