package bench

import (
	"context"
	"net"
	"net/http"
	"os"
	"os/exec"
	"testing"
	"time"

	"github.com/kestra-operator/kestra-operator/test/kestra"
	"github.com/kestra-operator/kestra-operator/test/process"
)

// operatorNamespace is where every operator of a run keeps its lease, hash key and catalog.
const operatorNamespace = "default"

// operator is the operator's own binary, running.
type operator struct {
	program
	// webhooks is where it serves admission, without a scheme.
	webhooks string
	probes   string
	metrics  string
	profiles string
}

// startOperator starts an operator of a name that nobody else has, against a development Kestra.
func startOperator(b testing.TB, name string, server *kestra.Server, arguments ...string) *operator {
	b.Helper()
	path, err := binary()
	if err != nil {
		b.Fatal(err)
	}
	o := &operator{webhooks: process.FreeAddress(b), probes: process.FreeAddress(b), metrics: process.FreeAddress(b), profiles: process.FreeAddress(b)}
	_, port, err := net.SplitHostPort(o.webhooks)
	if err != nil {
		b.Fatal(err)
	}
	command := exec.Command(path, append([]string{
		"run", "--name=" + name, "--namespace=" + operatorNamespace, "--crds=none", "--kestra-url=" + server.URL(),
		"--webhook-host=127.0.0.1", "--webhook-port=" + port, "--cert-dir=" + serving(b).folder,
		"--validating-webhook=" + name, "--mutating-webhook=" + name,
		"--metrics-bind-address=" + o.metrics, "--health-probe-bind-address=" + o.probes,
		"--pprof-bind-address=" + o.profiles,
		"--shutdown-delay=0s", "--log-level=warn",
	}, arguments...)...)
	command.Env = append(os.Environ(), "KUBECONFIG="+plane.Kubeconfig(), process.BasicAuth(server.Credentials()))
	o.program = start(b, command)
	return o
}

// awaitReady waits until the operator is ready for admission, and returns how long it took from the start of the process.
func (o *operator) awaitReady(b testing.TB) time.Duration {
	b.Helper()
	o.await(b, "readiness", func(ctx context.Context) error { return process.Ready(ctx, o.probes) })
	return time.Since(o.began)
}

// readMetrics returns what the operator tells of itself.
func (o *operator) readMetrics(b testing.TB) metrics {
	b.Helper()
	return readMetrics(b, http.DefaultClient, "http://"+o.metrics+"/metrics")
}
