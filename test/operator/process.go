package operator

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
	readyTimeout = 30 * time.Second
	stopTimeout  = 15 * time.Second
	poll         = 100 * time.Millisecond
	webhookPort  = 443 // of the Service, on an address of its own
)

// Options for [Start].
type Options struct {
	Project   string // the project's folder
	Folder    string // for certificates and the log; the caller removes it
	Access    Access
	KestraURL string
	// Environment has the credentials for Kestra, as KEY=value.
	Environment []string
	// Arguments are added to those that the installation needs.
	Arguments []string
}

// Process is the operator's binary, running.
type Process struct {
	command *exec.Cmd
	logFile *os.File
	exited  chan error
}

// Command is the line that [Start] runs.
func (o Options) Command(probes string) []string {
	return append([]string{Binary, "run",
		"--kestra-url=" + o.KestraURL, "--namespace=" + Namespace,
		"--crds=none", "--self-managed-certificates", "--cert-dir=" + filepath.Join(o.Folder, "certs"),
		"--webhook-host=" + o.Access.ServiceIP, fmt.Sprintf("--webhook-port=%d", webhookPort),
		"--metrics-bind-address=0", "--health-probe-bind-address=" + probes,
	}, o.Arguments...)
}

// Start runs the operator and waits until it is ready. The function shown, when it is not nil, is told the command.
func Start(ctx context.Context, o Options, shown func(line string)) (*Process, error) {
	probes, err := freeAddress(ctx)
	if err != nil {
		return nil, err
	}
	logFile, err := os.Create(filepath.Join(o.Folder, "operator.log"))
	if err != nil {
		return nil, err
	}
	line := o.Command(probes)
	// Not bound to the context: what is interrupted stops it in order.
	command := exec.Command(line[0], line[1:]...)
	command.Dir = o.Project
	command.Stdout, command.Stderr = logFile, logFile
	command.Env = append(append(os.Environ(), "KUBECONFIG="+o.Access.Kubeconfig), o.Environment...)
	command.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL} // nothing outlives a killed test
	if shown != nil {
		shown(strings.Join(line, " ") + " &")
	}
	if err := command.Start(); err != nil {
		return nil, fmt.Errorf("start the operator: %w", err)
	}
	process := &Process{command: command, logFile: logFile, exited: make(chan error, 1)}
	go func() { process.exited <- command.Wait() }()
	return process, process.awaitReady(ctx, "http://"+probes+"/readyz")
}

// awaitReady waits until the operator says that it is ready.
func (p *Process) awaitReady(ctx context.Context, url string) error {
	ctx, cancel := context.WithTimeout(ctx, readyTimeout)
	defer cancel()
	ticker := time.NewTicker(poll)
	defer ticker.Stop()
	for {
		err := isReady(ctx, url)
		if err == nil {
			return nil
		}
		select {
		case exit := <-p.exited:
			p.exited <- exit
			return fmt.Errorf("the operator stopped: %w\n%s", exit, p.LogTail())
		case <-ctx.Done():
			return fmt.Errorf("the operator is not ready: %w\n%s", err, p.LogTail())
		case <-ticker.C:
		}
	}
}

func isReady(ctx context.Context, url string) error {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return err
	}
	request.Close = true
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return err
	}
	if response.StatusCode != http.StatusOK {
		err = fmt.Errorf("%s answers %d", url, response.StatusCode)
	}
	_ = response.Body.Close() // nothing is read of it
	return err
}

// Stop ends the operator as Kubernetes would.
func (p *Process) Stop() error {
	defer func() { _ = p.logFile.Close() }()
	if err := p.command.Process.Signal(syscall.SIGTERM); err != nil {
		return nil // it has stopped already, which its user has noticed
	}
	select {
	case err := <-p.exited:
		return err
	case <-time.After(stopTimeout):
		_ = p.command.Process.Kill()
		return fmt.Errorf("the operator did not stop within %s", stopTimeout)
	}
}

// LogTail returns the last lines that the operator logged.
func (p *Process) LogTail() string {
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
