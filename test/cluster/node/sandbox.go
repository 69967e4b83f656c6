package node

import (
	_ "embed"
	"fmt"
	"io"
	"os/exec"
	"syscall"

	"github.com/kestra-operator/kestra-operator/test/cluster/workdir"
)

//go:embed files/init.sh
var initScript string

// sandbox is the set of namespaces that the node's processes live in, and end with.
type sandbox struct {
	cmd   *exec.Cmd
	begin io.WriteCloser
}

// newSandbox starts the node's first process, which waits for [sandbox.run].
func newSandbox(dir *workdir.Dir) (*sandbox, error) {
	for _, name := range []string{"containerd", kubelet.Name, kubeProxy.Name} {
		if _, err := dir.Log(name); err != nil {
			return nil, err
		}
	}
	log, err := dir.Log("init")
	if err != nil {
		return nil, err
	}
	cmd := exec.Command("sh", "-c", initScript, "node-init", dir.Path)
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
		return nil, fmt.Errorf("make the node's namespaces (needs root): %w", err)
	}
	return &sandbox{cmd: cmd, begin: begin}, nil
}

// run lets the node's first process start the others, now that what they need is
// there.
func (s *sandbox) run(n network) error {
	if _, err := fmt.Fprintln(s.begin, n.node(), n.machine()); err != nil {
		return fmt.Errorf("start the node's processes: %w", err)
	}
	return nil
}

// stop kills everything in the namespaces: that of processes ends with its first.
func (s *sandbox) stop() {
	_ = s.cmd.Process.Kill()
	_ = s.cmd.Wait()
}
