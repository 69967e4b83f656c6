package observability

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"path/filepath"
	"testing"
	"time"

	"github.com/kestra-operator/kestra-operator/test/cluster"
	devkestra "github.com/kestra-operator/kestra-operator/test/kestra"
	"github.com/kestra-operator/kestra-operator/test/process"
	"github.com/kestra-operator/kestra-operator/test/recordings"
)

const (
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
	operator   *process.Process
	// metrics is the address that the operator serves metrics at.
	metrics string
}

func newWorld(t *testing.T) *world {
	t.Helper()
	w := &world{t: t, traces: newCollector(t), parents: &traceParents{}}
	w.kestra = devkestra.Start(t, devkestra.Options{FlowSchema: recordings.Read(t, "kestra", "1.3.25", "flow-schema.json"), PluginsHash: 7})
	w.kestra.Fail(w.parents.note, devkestra.Fault{}, 1)
	w.plane = cluster.StartForTest(t)
	w.kubectl(process.InstallArguments("../..")...)
	w.runOperator()
	return w
}

// runOperator starts the program and waits until it is ready; it ends with the test.
func (w *world) runOperator() {
	w.t.Helper()
	access, err := process.AccessOn(w.t.Context(), w.plane, process.Namespace)
	if err != nil {
		w.t.Fatal(err)
	}
	folder := w.t.TempDir()
	binary := filepath.Join(folder, "kestra-operator")
	if err := process.Build(w.t.Context(), binary); err != nil {
		w.t.Fatal(err)
	}
	w.metrics = process.FreeAddress(w.t)
	w.operator, err = process.Start(w.t.Context(), process.Options{
		Binary: binary, Folder: folder, Access: access, KestraURL: w.kestra.URL(),
		Environment: []string{
			process.BasicAuth(w.kestra.Credentials()), "OTEL_EXPORTER_OTLP_ENDPOINT=" + w.traces.url, "OTEL_BSP_SCHEDULE_DELAY=200",
		},
		Arguments: []string{
			"--metrics-bind-address=" + w.metrics, "--interval=1s", "--shutdown-delay=0s", "--log-level=debug", "--log-format=json",
		},
	}, nil)
	if w.operator != nil {
		w.t.Cleanup(func() {
			if err := w.operator.Stop(); err != nil {
				w.t.Errorf("the operator ended with: %v", err)
			}
		})
	}
	if err != nil {
		w.t.Fatal(err)
	}
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
	err := w.operator.Await(w.t.Context(), pollInterval, pollTimeout, what, func(context.Context) error { return lacking() })
	if err != nil {
		w.t.Fatal(err)
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
