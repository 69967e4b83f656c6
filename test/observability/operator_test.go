package observability

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"k8s.io/apimachinery/pkg/util/wait"

	"github.com/kestra-operator/kestra-operator/test/cluster"
	devkestra "github.com/kestra-operator/kestra-operator/test/kestra"
	"github.com/kestra-operator/kestra-operator/test/recordings"
)

const (
	system       = "kestra-operator-system"
	pollInterval = 200 * time.Millisecond
	pollTimeout  = time.Minute
)

// world is a cluster in which the operator's own program runs, as an installation has it.
type world struct {
	t       *testing.T
	plane   *cluster.ControlPlane
	kestra  *devkestra.Server
	traces  *collector
	parents *traceParents
	// prometheus scrapes the operator; nil where it cannot be built.
	prometheus *prometheus
	// metrics is the address that metrics are served at, log the file that the operator logs to.
	metrics, log string
}

func newWorld(t *testing.T) *world {
	t.Helper()
	w := &world{t: t, traces: newCollector(t), parents: &traceParents{}}
	w.kestra = devkestra.Start(t, devkestra.Options{FlowSchema: recordings.Read(t, "kestra", "1.3.25", "flow-schema.json"), PluginsHash: 7})
	w.kestra.Fail(w.parents.note, devkestra.Fault{}, 1)
	w.plane = cluster.StartForTest(t)
	w.kubectl("apply", "--server-side", "-k", "../../config/self-managed")
	service := w.kubectl("get", "service", "-n", system, "kestra-operator-webhook", "-o", "jsonpath={.spec.clusterIP}")
	account := "system:serviceaccount:" + system
	access, err := w.plane.KubeconfigFor(account+":kestra-operator", "system:serviceaccounts", "system:serviceaccounts:"+system)
	if err != nil {
		t.Fatal(err)
	}
	w.runOperator(service, access)
	return w
}

// runOperator starts the program and waits until it is ready; it ends with the test.
func (w *world) runOperator(serviceIP, access string) {
	w.t.Helper()
	folder := w.t.TempDir()
	binary := filepath.Join(folder, "kestra-operator")
	if output, err := exec.CommandContext(w.t.Context(), "go", "build", "-o", binary, "../../cmd/kestra-operator").CombinedOutput(); err != nil {
		w.t.Fatalf("build the operator: %v\n%s", err, output)
	}
	probes := freeAddress(w.t)
	w.metrics, w.log = freeAddress(w.t), filepath.Join(folder, "operator.log")
	logFile, err := os.Create(w.log)
	if err != nil {
		w.t.Fatal(err)
	}
	credentials := w.kestra.Credentials()
	command := exec.Command(binary, "run", "--kestra-url="+w.kestra.URL(), "--namespace="+system,
		"--crds=none", "--self-managed-certificates", "--cert-dir="+filepath.Join(folder, "certs"),
		"--webhook-host="+serviceIP, "--webhook-port=443", "--metrics-bind-address="+w.metrics, "--health-probe-bind-address="+probes,
		"--interval=1s", "--shutdown-delay=0s", "--log-level=debug", "--log-format=json")
	command.Stdout, command.Stderr = logFile, logFile
	command.Env = append(os.Environ(), "KUBECONFIG="+access, "HOME="+folder,
		"KESTRA_API_BASIC_AUTH="+credentials.Username+":"+credentials.Password,
		"OTEL_EXPORTER_OTLP_ENDPOINT="+w.traces.url, "OTEL_BSP_SCHEDULE_DELAY=200")
	command.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL} // nothing outlives a killed test
	if err := command.Start(); err != nil {
		w.t.Fatal(err)
	}
	w.t.Cleanup(func() {
		_ = command.Process.Signal(syscall.SIGTERM)
		if err := command.Wait(); err != nil {
			w.t.Errorf("the operator ended with: %v", err)
		}
		_ = logFile.Close()
	})
	w.eventually("the operator is ready", func() error { _, err := get(w.t.Context(), "http://"+probes+"/readyz"); return err })
}

// kubectl runs a command that must succeed.
func (w *world) kubectl(arguments ...string) string {
	w.t.Helper()
	output, err := w.plane.Kubectl(w.t.Context(), arguments...)
	if err != nil {
		w.t.Fatal(err)
	}
	return output
}

// apply applies manifests and returns what kubectl said, and its error.
func (w *world) apply(manifest string, arguments ...string) (string, error) {
	command := w.plane.KubectlCommand(w.t.Context(), append([]string{"apply", "-f", "-"}, arguments...)...)
	command.Stdin = bytes.NewBufferString(manifest)
	output, err := command.CombinedOutput()
	return string(output), err
}

func (w *world) eventually(what string, lacking func() error) {
	w.t.Helper()
	last := errors.New("not tried")
	err := wait.PollUntilContextTimeout(w.t.Context(), pollInterval, pollTimeout, true, func(context.Context) (bool, error) {
		last = lacking()
		return last == nil, nil
	})
	if err != nil {
		text, _ := os.ReadFile(w.log)
		w.t.Fatalf("waited %s until %s: %v\nthe end of the operator's log:\n%s", pollTimeout, what, last, text[max(0, len(text)-4000):])
	}
}

// get returns the body of a page.
func get(ctx context.Context, url string) (string, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, url, http.NoBody)
	if err != nil {
		return "", err
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return "", err
	}
	defer func() { _ = response.Body.Close() }()
	body, err := io.ReadAll(response.Body)
	if err == nil && response.StatusCode != http.StatusOK {
		err = fmt.Errorf("%s answers %d: %s", url, response.StatusCode, body)
	}
	return string(body), err
}

func freeAddress(t *testing.T) string {
	t.Helper()
	var config net.ListenConfig
	listener, err := config.Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = listener.Close() }()
	return listener.Addr().String()
}
