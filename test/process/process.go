package process

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"time"

	"k8s.io/apimachinery/pkg/util/wait"
)

// stopTimeout is the time that Kubernetes gives a pod to end.
const stopTimeout = 30 * time.Second

// Process is a program that runs beside a test.
type Process struct {
	command *exec.Cmd
	log     string
	exited  chan error // holds how it has ended, once it has
}

// StartCommand runs a command until it is stopped. What it prints is added to a file.
func StartCommand(command *exec.Cmd, log string) (*Process, error) {
	file, err := os.OpenFile(log, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return nil, err
	}
	defer func() { _ = file.Close() }() // the process has its own
	command.Stdout, command.Stderr = file, file
	command.SysProcAttr = &syscall.SysProcAttr{
		Pdeathsig: syscall.SIGKILL, // nothing outlives a killed test
		Setpgid:   true,            // what interrupts a terminal's programs is for the one that stops this
	}
	if err := command.Start(); err != nil {
		return nil, fmt.Errorf("start %s: %w", command.Path, err)
	}
	p := &Process{command: command, log: log, exited: make(chan error, 1)}
	go func() { p.exited <- command.Wait() }()
	return p, nil
}

// Await tries every so often until there is no error. It gives up after the limit, and at once when the process has
// ended; its error then tells what was logged last.
func (p *Process) Await(ctx context.Context, every, limit time.Duration, what string, try func(context.Context) error) error {
	last := errors.New("not tried")
	err := wait.PollUntilContextTimeout(ctx, every, limit, true, func(ctx context.Context) (bool, error) {
		select {
		case exit := <-p.exited:
			p.exited <- exit
			return false, fmt.Errorf("it has stopped: %s", p.command.ProcessState)
		default:
		}
		last = try(ctx)
		return last == nil, nil
	})
	if err != nil {
		return fmt.Errorf("waited up to %s until %s: %w, %w\nthe end of the log of %s:\n%s", limit, what, err, last, p.command.Path, p.LogTail())
	}
	return nil
}

// Stop ends the process as Kubernetes would, and returns how it has ended. It may have ended before, or be stopped again.
func (p *Process) Stop() error {
	_ = p.command.Process.Signal(syscall.SIGTERM)
	select {
	case err := <-p.exited:
		p.exited <- err
		return err
	case <-time.After(stopTimeout):
		_ = p.command.Process.Kill()
		_ = p.wait()
		return fmt.Errorf("%s did not stop within %s", p.command.Path, stopTimeout)
	}
}

// wait returns how the process has ended, once it has.
func (p *Process) wait() error {
	err := <-p.exited
	p.exited <- err
	return err
}

// Text is what the process has printed.
func (p *Process) Text() (string, error) {
	text, err := os.ReadFile(p.log)
	return string(text), err
}

// LogTail returns the last lines of it.
func (p *Process) LogTail() string {
	text, err := p.Text()
	if err != nil {
		return err.Error()
	}
	lines := strings.Split(strings.TrimSpace(text), "\n")
	return strings.Join(lines[max(0, len(lines)-20):], "\n")
}
