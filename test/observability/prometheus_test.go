package observability

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/kestra-operator/kestra-operator/test/cluster/build"
	"github.com/kestra-operator/kestra-operator/test/process"
)

var (
	prometheusCommand = build.Command{Name: "prometheus", Module: build.Prometheus, Package: "github.com/prometheus/prometheus/cmd/prometheus"}
	promtoolCommand   = build.Command{Name: "promtool", Module: build.Prometheus, Package: "github.com/prometheus/prometheus/cmd/promtool"}
)

// built returns the path of a command of Prometheus', and leaves the test out where it cannot be built.
func built(t *testing.T, command build.Command) string {
	t.Helper()
	path, err := command.Build(t.Context(), os.Stderr)
	if err != nil {
		leaveOut(t, "no Prometheus: %v", err)
	}
	return path
}

// leaveOut skips a test for want of what the network gives. In continuous integration it fails instead: what nobody
// looks at must not go untested unseen.
func leaveOut(t *testing.T, format string, why ...any) {
	t.Helper()
	if os.Getenv("CI") == "true" {
		t.Fatalf(format, why...)
	}
	t.Skipf(format, why...)
}

// prometheus scrapes the operator.
type prometheus struct {
	url   string
	began time.Time
}

// scrapeConfig has the labels that the Prometheus operator adds.
const scrapeConfig = `global: {scrape_interval: 1s, evaluation_interval: 1s}
rule_files: [%s]
scrape_configs:
  - job_name: kestra-operator-metrics
    static_configs:
      - targets: [%s]
        labels: {namespace: ` + process.Namespace + `}
`

// startPrometheus starts Prometheus, which ends with the test; nil where it cannot be built, so that the rest is seen
// all the same.
func (w *world) startPrometheus() *prometheus {
	w.t.Helper()
	binary, err := prometheusCommand.Build(w.t.Context(), os.Stderr)
	if err != nil {
		w.t.Logf("no Prometheus, so what it would be told is not looked at: %v", err)
		return nil
	}
	rules, err := filepath.Abs(alertsFile)
	if err != nil {
		w.t.Fatal(err)
	}
	folder, address := w.t.TempDir(), process.FreeAddress(w.t)
	config := filepath.Join(folder, "prometheus.yml")
	if err := os.WriteFile(config, fmt.Appendf(nil, scrapeConfig, rules, w.metrics), 0o600); err != nil {
		w.t.Fatal(err)
	}
	command := exec.Command(binary, "--config.file="+config, "--storage.tsdb.path="+filepath.Join(folder, "data"),
		"--web.listen-address="+address)
	running, err := process.StartCommand(command, filepath.Join(folder, "prometheus.log"))
	if err != nil {
		w.t.Fatal(err)
	}
	w.t.Cleanup(func() { _ = running.Stop() }) // how it ends is its own affair
	p := &prometheus{url: "http://" + address, began: time.Now()}
	err = running.Await(w.t.Context(), pollInterval, pollTimeout, "it has scraped the operator", func(context.Context) error {
		scraped, err := p.query(w.t.Context(), "up == 1", true)
		if err == nil && scraped == 0 {
			err = errors.New("not yet")
		}
		return err
	})
	if err != nil {
		w.t.Fatal(err)
	}
	return p
}

// query asks Prometheus, and returns how many series have a number; a query over a range asks for the time of the test.
func (p *prometheus) query(ctx context.Context, expression string, instant bool) (int, error) {
	now := time.Now()
	values := url.Values{"query": {expression}}
	path := "/api/v1/query?"
	if !instant {
		path = "/api/v1/query_range?"
		values.Set("start", fmt.Sprint(p.began.Unix()))
		values.Set("end", fmt.Sprint(now.Unix()))
		values.Set("step", "1")
	}
	body, err := get(ctx, p.url+path+values.Encode())
	if err != nil {
		return 0, err
	}
	var answer struct {
		Data struct {
			Result []struct {
				Value  sample   `json:"value"`
				Values []sample `json:"values"`
			} `json:"result"`
		} `json:"data"`
	}
	if err := json.Unmarshal([]byte(body), &answer); err != nil {
		return 0, err
	}
	count := 0
	for _, series := range answer.Data.Result {
		if slices.ContainsFunc(append(series.Values, series.Value), sample.isNumber) {
			count++
		}
	}
	return count, nil
}

// sample is a time and a number, which Prometheus writes as text.
type sample []any

// isNumber is false for a sample that is missing, and for 0 divided by 0.
func (s sample) isNumber() bool { return len(s) == 2 && s[1] != "NaN" }
