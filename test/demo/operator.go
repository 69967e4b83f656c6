package main

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"time"
)

const (
	operatorBinary = ".cache/demo/kestra-operator"
	readyTimeout   = 30 * time.Second
	stopTimeout    = 15 * time.Second
)

// operatorProcess is the operator's own binary, running.
type operatorProcess struct {
	command *exec.Cmd
	logFile *os.File
	exited  chan error
}

// buildOperator compiles the operator while something else starts; the returned function waits for it.
func buildOperator(ctx context.Context, out *console) (wait func() error) {
	build := exec.CommandContext(ctx, "go", "build", "-o", operatorBinary, "./cmd/kestra-operator")
	out.command(strings.Join(build.Args, " "))
	done := make(chan error, 1)
	go func() {
		output, err := build.CombinedOutput()
		if err != nil {
			err = fmt.Errorf("build the operator: %w\n%s", err, output)
		}
		done <- err
	}()
	return func() error { return <-done }
}

// startOperator runs the operator behind the webhook Service of the control plane.
func startOperator(ctx context.Context, s *stage, folder string) (*operatorProcess, error) {
	probes, err := freeAddress(ctx)
	if err != nil {
		return nil, err
	}
	arguments := []string{"run",
		"--kestra-url=" + s.kestra.url, "--namespace=" + operatorNamespace,
		"--crds=none", "--self-managed-certificates", "--cert-dir=" + filepath.Join(folder, "certs"),
		"--webhook-host=" + s.serviceIP, fmt.Sprintf("--webhook-port=%d", webhookPort),
		"--metrics-bind-address=0", "--health-probe-bind-address=" + probes,
		"--interval=1s", "--log-format=text",
	}
	logFile, err := os.Create(filepath.Join(folder, "operator.log"))
	if err != nil {
		return nil, err
	}
	// Not bound to the context: an interrupted demo stops it in order.
	command := exec.Command(operatorBinary, arguments...)
	command.Stdout, command.Stderr = logFile, logFile
	command.Env = append(append(os.Environ(), "KUBECONFIG="+s.operatorAccess), s.kestra.environment...)
	command.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL} // nothing outlives a killed demo
	s.out.command(operatorBinary + " " + strings.Join(arguments, " ") + " &")
	if err := command.Start(); err != nil {
		return nil, fmt.Errorf("start the operator: %w", err)
	}
	process := &operatorProcess{command: command, logFile: logFile, exited: make(chan error, 1)}
	go func() { process.exited <- command.Wait() }()
	return process, process.awaitReady(ctx, s.out, "http://"+probes+"/readyz")
}

func (p *operatorProcess) awaitReady(ctx context.Context, out *console, url string) error {
	began := time.Now()
	err := eventually(ctx, readyTimeout, func() error {
		select {
		case err := <-p.exited:
			p.exited <- err
			return fmt.Errorf("the operator stopped: %w", err)
		default:
		}
		request, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
		if err != nil {
			return err
		}
		response, err := http.DefaultClient.Do(request)
		if err != nil {
			return err
		}
		_ = response.Body.Close()
		if response.StatusCode != http.StatusOK {
			return fmt.Errorf("%s answers %d", url, response.StatusCode)
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("the operator is not ready: %w\n%s", err, p.logTail())
	}
	out.say("the operator is ready after %.1f s: certificate issued, webhooks serving", time.Since(began).Seconds())
	return nil
}

// stop ends the operator as Kubernetes would.
func (p *operatorProcess) stop() error {
	defer func() { _ = p.logFile.Close() }()
	if err := p.command.Process.Signal(syscall.SIGTERM); err != nil {
		return nil // it has stopped already, which a scene has reported
	}
	select {
	case err := <-p.exited:
		return err
	case <-time.After(stopTimeout):
		_ = p.command.Process.Kill()
		return fmt.Errorf("the operator did not stop within %s", stopTimeout)
	}
}

// logTail returns the last lines that the operator logged.
func (p *operatorProcess) logTail() string {
	text, err := os.ReadFile(p.logFile.Name())
	if err != nil {
		return err.Error()
	}
	lines := strings.Split(strings.TrimSpace(string(text)), "\n")
	return strings.Join(lines[max(0, len(lines)-15):], "\n")
}

func freeAddress(ctx context.Context) (string, error) {
	var config net.ListenConfig
	listener, err := config.Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	return listener.Addr().String(), listener.Close()
}
