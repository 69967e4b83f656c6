package nodes

import (
	_ "embed"
	"fmt"
	"io"
	"os"
	"os/exec"
	"syscall"
)

//go:embed files/init.sh
var initScript string

// sandbox is the set of namespaces that a node's processes live in, and end with.
type sandbox struct {
	cmd   *exec.Cmd
	begin io.WriteCloser
}

// newSandbox starts the first process of a node in its folder, which waits for
// [sandbox.run].
func newSandbox(dir string, log *os.File) (*sandbox, error) {
	cmd := exec.Command("sh", "-c", initScript, "node-init", dir)
	cmd.Stdout, cmd.Stderr = log, log
	cmd.SysProcAttr = &syscall.SysProcAttr{
		Cloneflags: syscall.CLONE_NEWNET | syscall.CLONE_NEWPID | syscall.CLONE_NEWNS | syscall.CLONE_NEWIPC,
		Pdeathsig:  syscall.SIGKILL,
	}
	begin, err := cmd.StdinPipe()
	if err != nil {
		return nil, err
	}
	if err := cmd.Start(); err != nil {
		return nil, fmt.Errorf("make a node's namespaces (needs root): %w", err)
	}
	return &sandbox{cmd: cmd, begin: begin}, nil
}

// pid is the first process, by which the namespaces are named.
func (s *sandbox) pid() int { return s.cmd.Process.Pid }

// run lets the first process start the others, now that what they need is there.
func (s *sandbox) run(name, address string) error {
	if _, err := fmt.Fprintln(s.begin, name, address); err != nil {
		return fmt.Errorf("start the processes of %s: %w", name, err)
	}
	return nil
}

// stop kills everything in the namespaces: that of processes ends with its first.
func (s *sandbox) stop() {
	_ = s.cmd.Process.Kill()
	_ = s.cmd.Wait()
}
