package bench

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"k8s.io/apimachinery/pkg/util/wait"
)

const (
	poll     = 5 * time.Millisecond
	patience = time.Minute
)

// process is a program that runs beside the benchmark.
type process struct {
	command *exec.Cmd
	log     string
	began   time.Time
	exited  chan error
}

// start runs a command until the benchmark ends or stop is called. Its output goes to a file.
func start(b testing.TB, command *exec.Cmd) *process {
	b.Helper()
	p := &process{command: command, log: filepath.Join(b.TempDir(), "log"), exited: make(chan error, 1)}
	log, err := os.Create(p.log)
	if err != nil {
		b.Fatal(err)
	}
	defer func() { _ = log.Close() }()
	command.Stdout, command.Stderr = log, log
	command.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL} // nothing outlives a killed benchmark
	p.began = time.Now()
	if err := command.Start(); err != nil {
		b.Fatalf("start %s: %v", command.Path, err)
	}
	go func() { p.exited <- command.Wait() }()
	b.Cleanup(p.stop)
	return p
}

// stop ends the process as Kubernetes would, and waits for it.
func (p *process) stop() {
	_ = p.command.Process.Signal(syscall.SIGTERM) // fails when it has ended
	p.exited <- <-p.exited
}

// await polls until there is no error.
func (p *process) await(b testing.TB, what string, try func(context.Context) error) {
	b.Helper()
	p.awaitFor(b, patience, what, try)
}

// awaitFor does so for longer, and looks less often.
func (p *process) awaitFor(b testing.TB, limit time.Duration, what string, try func(context.Context) error) {
	b.Helper()
	var last error
	err := wait.PollUntilContextTimeout(b.Context(), max(poll, limit/10_000), limit, true, func(ctx context.Context) (bool, error) {
		select {
		case err := <-p.exited:
			p.exited <- err
			return false, fmt.Errorf("it stopped: %w", err)
		default:
		}
		last = try(ctx)
		return last == nil, nil
	})
	if err != nil {
		text, _ := os.ReadFile(p.log)
		b.Fatalf("await %s of %s: %v, %v\n%s", what, p.command.Path, err, last, text[max(0, len(text)-4000):])
	}
}

// ok asks for a URL and wants the status 200.
func ok(ctx context.Context, url string) error {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return err
	}
	request.Close = true
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return err
	}
	defer func() { _ = response.Body.Close() }()
	if response.StatusCode != http.StatusOK {
		return fmt.Errorf("%s answers %d", url, response.StatusCode)
	}
	return nil
}

func freeAddress(b testing.TB) string {
	b.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		b.Fatal(err)
	}
	defer func() { _ = listener.Close() }()
	return listener.Addr().String()
}
