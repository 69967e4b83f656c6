package nodes

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"syscall"
	"time"

	"github.com/kestra-operator/kestra-operator/test/cluster/workdir"
)

// stopTimeout is how long a process may take to end by itself.
const stopTimeout = 10 * time.Second

// process is a component that runs on this machine, beside the node.
type process struct {
	cmd    *exec.Cmd
	cancel context.CancelFunc
}

// startProcess starts a binary that is stopped by stop, and killed by the kernel
// when this process dies.
func startProcess(dir *workdir.Dir, name, binary string, arguments ...string) (*process, error) {
	log, err := dir.Log(name)
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithCancel(context.Background())
	cmd := exec.CommandContext(ctx, binary, arguments...)
	cmd.Stdout, cmd.Stderr = log, log
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
	cmd.Cancel = func() error { return cmd.Process.Signal(os.Interrupt) }
	cmd.WaitDelay = stopTimeout
	if err := cmd.Start(); err != nil {
		cancel()
		return nil, fmt.Errorf("start %s: %w", name, err)
	}
	return &process{cmd: cmd, cancel: cancel}, nil
}

// stop ends the process, with force when it takes too long. How it ended does not
// matter: it was told to.
func (p *process) stop() {
	p.cancel()
	_ = p.cmd.Wait()
}
