package observability

import (
	"errors"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"regexp"
	"slices"
	"strings"
	"testing"

	dto "github.com/prometheus/client_model/go"
	"github.com/prometheus/common/expfmt"
	"github.com/prometheus/common/model"
)

const (
	metricsPage = "../../docs/reference/metrics.md"
	prefix      = "kestra_operator_"
	// maxSeries bounds what one metric may cost Prometheus for each replica; buckets count.
	maxSeries = 500
	// lintFailed is how promtool ends when it found something.
	lintFailed = 3
)

// scrape returns what Prometheus would be told now.
func (w *world) scrape() (string, error) { return get(w.t.Context(), "http://"+w.metrics+"/metrics") }

// told is nil when metrics have a line that begins so.
func (w *world) told(line string) error {
	page, err := w.scrape()
	if err != nil {
		return err
	}
	var alike []string
	name, _, _ := strings.Cut(line, "{")
	for told := range strings.Lines(page) {
		if strings.HasPrefix(told, line) {
			return nil
		}
		if strings.HasPrefix(told, name) {
			alike = append(alike, strings.TrimSpace(told))
		}
	}
	return fmt.Errorf("no metric says %s, but %q", line, alike)
}

// nothingIsServedForDebugging asks for what Go programs can tell of themselves.
func (w *world) nothingIsServedForDebugging(t *testing.T) {
	for _, path := range []string{"/debug/pprof/", "/debug/pprof/heap", "/debug/pprof/cmdline", "/debug/vars", "/debug/requests"} {
		if page, err := get(t.Context(), "http://"+w.metrics+path); err == nil || !strings.Contains(err.Error(), "answers 404") {
			t.Errorf("%s answers %v %.100q", path, err, page)
		}
	}
}

func (w *world) families(t *testing.T) map[string]*dto.MetricFamily {
	t.Helper()
	page, err := w.scrape()
	if err != nil {
		t.Fatal(err)
	}
	parser := expfmt.NewTextParser(model.UTF8Validation)
	families, err := parser.TextToMetricFamilies(strings.NewReader(page))
	if err != nil {
		t.Fatal(err)
	}
	return families
}

// documentedMetrics are the names on the page of metrics.
func documentedMetrics(t *testing.T) []string {
	t.Helper()
	page, err := os.ReadFile(metricsPage)
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, match := range regexp.MustCompile("(?m)^\\| `("+prefix+"[a-z_]+)`").FindAllStringSubmatch(string(page), -1) {
		names = append(names, match[1])
	}
	if len(names) == 0 {
		t.Fatalf("%s lists no metric", metricsPage)
	}
	return names
}

func (w *world) everyDocumentedMetricIsThere(t *testing.T) {
	var present []string
	for name := range w.families(t) {
		if strings.HasPrefix(name, prefix) {
			present = append(present, name)
		}
	}
	slices.Sort(present)
	if documented := documentedMetrics(t); !slices.Equal(documented, present) {
		t.Errorf("documented are %q, present %q", documented, present)
	}
}

// Prometheus' own tool looks at all that is served. What it says of the libraries' metrics is theirs to mend.
func (w *world) namesFollowTheConventions(t *testing.T) {
	page, err := w.scrape()
	if err != nil {
		t.Fatal(err)
	}
	for _, problem := range metricProblems(t, page) {
		if strings.HasPrefix(problem, prefix) {
			t.Error(problem)
		}
	}
	if problems := metricProblems(t, "# TYPE wrongly_named_total gauge\nwrongly_named_total 1\n"); len(problems) == 0 {
		t.Error("promtool finds nothing wrong with a gauge that is named as a counter")
	}
}

// metricProblems are the lines of promtool about a page of metrics.
func metricProblems(t *testing.T, page string) []string {
	t.Helper()
	command := exec.CommandContext(t.Context(), built(t, promtoolCommand), "check", "metrics")
	command.Stdin = strings.NewReader(page)
	output, err := command.CombinedOutput()
	if exit := (*exec.ExitError)(nil); err != nil && (!errors.As(err, &exit) || exit.ExitCode() != lintFailed) {
		t.Fatalf("promtool check metrics: %v\n%s", err, output)
	}
	return slices.DeleteFunc(strings.Split(string(output), "\n"), func(line string) bool { return line == "" })
}

// No label holds the name of an object, a namespace or anything else of which there are ever more.
func (w *world) labelsAreBounded(t *testing.T) {
	bounded := map[string]string{
		"action": "repaired|reported|contended", "answer": "accepted|refused|unanswered", "code": `[1-5]\d\d|none`,
		"complete": "true|false", "from": "judge|memory", "kestra_version": `[\d.]+`, "kind": "KestraFlow|KestraKeyValue|KestraNamespaceFile",
		"method": "GET|POST|PUT|DELETE", "ready": "True|False|Unknown", "reason": `([A-Z][A-Za-z]+)?`,
		"rule": `[a-z-]+|FieldValue[A-Za-z]+|InternalError`, "severity": "error|warning", "state": "ok|unavailable|unauthorized",
		"verdict": "allowed|warned|refused|failed", "webhook": "mutating|validating",
	}
	for name, family := range w.families(t) {
		if !strings.HasPrefix(name, prefix) {
			continue
		}
		series := 0
		for _, metric := range family.GetMetric() {
			series += 1 + len(metric.GetHistogram().GetBucket())
			for _, label := range metric.GetLabel() {
				pattern, known := bounded[label.GetName()]
				if !known || !regexp.MustCompile("^("+pattern+")$").MatchString(label.GetValue()) {
					t.Errorf("%s has the label %s=%q", name, label.GetName(), label.GetValue())
				}
			}
		}
		if series > maxSeries {
			t.Errorf("%s has %d series", name, series)
		}
	}
}

func (w *world) metricsTellWhatHappened(t *testing.T) {
	for _, line := range []string{
		`kestra_operator_admission_findings_total{kind="KestraFlow",rule="unknown-type",severity="error"} 3`,
		`kestra_operator_admission_findings_total{kind="KestraKeyValue",rule="FieldValueForbidden",severity="error"} 1`,
		`kestra_operator_admission_duration_seconds_count{kind="KestraFlow",verdict="refused",webhook="mutating"} 3`,
		`kestra_operator_admission_duration_seconds_count{kind="KestraKeyValue",verdict="allowed",webhook="validating"} 1`,
		`kestra_operator_objects{kind="KestraKeyValue",ready="True",reason="Succeeded"} 1`,
		`kestra_operator_objects{kind="KestraFlow",ready="True",reason="Succeeded"} 10`,
		`kestra_operator_kestra_request_duration_seconds_count{code="200",method="POST"} `,
		`kestra_operator_kestra_request_duration_seconds_count{code="none",method="POST"} `,
		`kestra_operator_server_verdicts_total{answer="unanswered"} `,
		`kestra_operator_admission_findings_total{kind="KestraFlow",rule="duplicate-id",severity="error"} 0`, // before it happens
		`kestra_operator_drifts_total{action="contended",kind="KestraKeyValue"} 0`,
		`kestra_operator_catalog_info{complete="true",kestra_version="1.3.25"} 1`,
		`kestra_operator_catalog_checked_timestamp_seconds 1.`,
		`kestra_operator_certificate_expiry_timestamp_seconds `,
		`kestra_operator_server_up{state="ok"} 1`,
	} {
		w.eventually("metrics say "+line, func() error { return w.told(line) })
	}
	if families := slices.Collect(maps.Keys(w.families(t))); len(families) < 50 {
		t.Errorf("there are only %d metrics, want those of controller-runtime, too", len(families))
	}
}
