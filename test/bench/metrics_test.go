package bench

import (
	"io"
	"net/http"
	"strings"
	"testing"

	dto "github.com/prometheus/client_model/go"
	"github.com/prometheus/common/expfmt"
	"github.com/prometheus/common/model"
	"k8s.io/client-go/kubernetes"
)

// metrics are those of one process at one time.
type metrics map[string]*dto.MetricFamily

func readMetrics(b testing.TB, client *http.Client, url string) metrics {
	b.Helper()
	request, err := http.NewRequestWithContext(b.Context(), http.MethodGet, url, nil)
	if err != nil {
		b.Fatal(err)
	}
	request.Close = true
	response, err := client.Do(request)
	if err != nil {
		b.Fatal(err)
	}
	defer func() { _ = response.Body.Close() }()
	return parseMetrics(b, response.Body)
}

// apiServerMetrics are those of the API server.
func apiServerMetrics(b testing.TB) metrics {
	b.Helper()
	clients, err := kubernetes.NewForConfig(plane.Config())
	if err != nil {
		b.Fatal(err)
	}
	body, err := clients.RESTClient().Get().AbsPath("/metrics").DoRaw(b.Context())
	if err != nil {
		b.Fatal(err)
	}
	return parseMetrics(b, strings.NewReader(string(body)))
}

func parseMetrics(b testing.TB, text io.Reader) metrics {
	b.Helper()
	parser := expfmt.NewTextParser(model.UTF8Validation)
	families, err := parser.TextToMetricFamilies(text)
	if err != nil {
		b.Fatal(err)
	}
	return families
}

// sum adds up the series of a counter or gauge, or what a histogram observed, whose labels satisfy a condition; nil takes all.
func (m metrics) sum(name string, where func(labels map[string]string) bool) float64 {
	total := 0.0
	for _, series := range m[name].GetMetric() {
		labels := map[string]string{}
		for _, label := range series.GetLabel() {
			labels[label.GetName()] = label.GetValue()
		}
		if where == nil || where(labels) {
			total += series.GetCounter().GetValue() + series.GetGauge().GetValue() + series.GetHistogram().GetSampleSum()
		}
	}
	return total
}

// mebibytes is a gauge of bytes in MiB.
func (m metrics) mebibytes(name string) float64 { return m.sum(name, nil) / (1 << 20) }

// writes counts what the API server was asked to write: what was applied by the benchmark itself, and leases, left out.
type writes struct {
	// objects are changes of flows by the operator: of metadata and of status.
	objects float64
	// events are those about flows.
	events float64
}

func apiServerWrites(b testing.TB) writes {
	b.Helper()
	const requests = "apiserver_request_total"
	now := apiServerMetrics(b)
	return writes{
		objects: now.sum(requests, func(labels map[string]string) bool {
			return labels["resource"] == "kestraflows" && (labels["verb"] == "PATCH" || labels["verb"] == "PUT" || labels["verb"] == "DELETE")
		}),
		events: now.sum(requests, func(labels map[string]string) bool {
			return labels["resource"] == "events" && (labels["verb"] == "POST" || labels["verb"] == "PATCH")
		}),
	}
}

func (w writes) since(before writes) writes {
	return writes{objects: w.objects - before.objects, events: w.events - before.events}
}
