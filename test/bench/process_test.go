package bench

import (
	"context"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"github.com/kestra-operator/kestra-operator/test/process"
)

const (
	poll     = 5 * time.Millisecond
	patience = time.Minute
)

// program runs beside the benchmark.
type program struct {
	*process.Process
	began time.Time
}

// start runs a command until the benchmark ends or stop is called.
func start(b testing.TB, command *exec.Cmd) program {
	b.Helper()
	began := time.Now()
	p, err := process.StartCommand(command, filepath.Join(b.TempDir(), "log"))
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = p.Stop() }) // one that is stopped before is looked at then
	return program{p, began}
}

// stop ends the program, and waits for it.
func (p program) stop(b testing.TB) {
	b.Helper()
	if err := p.Stop(); err != nil {
		b.Error(err)
	}
}

// await polls until there is no error.
func (p program) await(b testing.TB, what string, try func(context.Context) error) {
	b.Helper()
	p.awaitFor(b, patience, what, try)
}

// awaitFor does so for longer, and looks less often.
func (p program) awaitFor(b testing.TB, limit time.Duration, what string, try func(context.Context) error) {
	b.Helper()
	if err := p.Await(b.Context(), max(poll, limit/10_000), limit, what, try); err != nil {
		b.Fatal(err)
	}
}
