package process

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// probeTimeout of the kubelet, as the chart's readiness probe says.
const probeTimeout = 3 * time.Second

// restartDelay is how long a process that ended by itself stays away, as under a kubelet.
const restartDelay = 500 * time.Millisecond

// Replica is one pod of the operator: a process that is started again whenever it ends by itself.
type Replica struct {
	binary      string
	arguments   []string
	environment []string
	webhook     string // address
	probes      string // address
	log         string // file

	mu      sync.Mutex
	process *Process // nil while there is none
	wanted  bool
	// starts counts processes, ends those that ended without being told to.
	starts, ends int
	running      sync.WaitGroup
}

// NewReplica makes a replica that is not started yet; it ends with the test.
func NewReplica(t testing.TB, binary string, arguments, environment []string) *Replica {
	t.Helper()
	folder := t.TempDir()
	r := &Replica{binary: binary, webhook: FreeAddress(t), probes: FreeAddress(t), log: filepath.Join(folder, "log"), environment: append(environment, "HOME="+folder)}
	host, port, err := net.SplitHostPort(r.webhook)
	if err != nil {
		t.Fatal(err)
	}
	r.arguments = append(arguments, "--webhook-host="+host, "--webhook-port="+port,
		"--health-probe-bind-address="+r.probes, "--cert-dir="+filepath.Join(folder, "certs"))
	t.Cleanup(r.Kill)
	return r
}

// Start starts the process, unless it runs.
func (r *Replica) Start() {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.wanted {
		return
	}
	r.wanted = true
	r.running.Go(r.supervise)
}

func (r *Replica) supervise() {
	for {
		process := r.begin()
		if process == nil {
			return
		}
		_ = process.wait() // how it ended is in its log
		if !r.ended() {
			return
		}
		<-time.After(restartDelay)
	}
}

// begin starts a process unless it is not wanted any more; nil when there is none.
func (r *Replica) begin() *Process {
	r.mu.Lock()
	defer r.mu.Unlock()
	if !r.wanted {
		return nil
	}
	command := exec.Command(r.binary, r.arguments...)
	command.Env = r.environment
	process, err := StartCommand(command, r.log)
	if err != nil {
		return nil
	}
	r.process = process
	r.starts++
	return process
}

// ended notes the end of a process and tells whether there shall be another.
func (r *Replica) ended() bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.process = nil
	if r.wanted {
		r.ends++
	}
	return r.wanted
}

// Signal sends a signal to the process, if there is one.
func (r *Replica) Signal(signal os.Signal) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.process != nil {
		_ = r.process.command.Process.Signal(signal) // it may have ended just now
	}
}

// Kill ends the process at once: kill -9.
func (r *Replica) Kill() { r.end(syscall.SIGKILL) }

// Stop asks the process to end, as the kubelet does.
func (r *Replica) Stop() { r.end(syscall.SIGTERM) }

func (r *Replica) end(signal os.Signal) {
	r.mu.Lock()
	r.wanted = false
	r.mu.Unlock()
	r.Signal(signal)
	r.running.Wait()
}

// Ready is what the kubelet's probe sees.
func (r *Replica) Ready(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, probeTimeout)
	defer cancel()
	return Ready(ctx, r.probes)
}

// Starts is how many processes there were.
func (r *Replica) Starts() int { return r.read(&r.starts) }

// Ends is how many processes ended without being told to.
func (r *Replica) Ends() int { return r.read(&r.ends) }

func (r *Replica) read(number *int) int {
	r.mu.Lock()
	defer r.mu.Unlock()
	return *number
}

// Peak is the most memory that the present process had resident, in MiB.
func (r *Replica) Peak() (int, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.process == nil {
		return 0, errors.New("no process")
	}
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", r.process.command.Process.Pid))
	if err != nil {
		return 0, err
	}
	for line := range strings.Lines(string(status)) {
		if fields := strings.Fields(line); len(fields) == 3 && fields[0] == "VmHWM:" {
			kib, err := strconv.Atoi(fields[1])
			return kib >> 10, err
		}
	}
	return 0, errors.New("the system does not tell")
}

// Text is what the replica has logged.
func (r *Replica) Text() (string, error) {
	text, err := os.ReadFile(r.log)
	return string(text), err
}
