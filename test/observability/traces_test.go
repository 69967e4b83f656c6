package observability

import (
	"encoding/hex"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"

	collectortrace "go.opentelemetry.io/proto/otlp/collector/trace/v1"
	commonv1 "go.opentelemetry.io/proto/otlp/common/v1"
	tracev1 "go.opentelemetry.io/proto/otlp/trace/v1"
	"google.golang.org/protobuf/proto"
)

// collector receives traces as an OpenTelemetry collector does.
type collector struct {
	url string

	mu     sync.Mutex
	spans  []*tracev1.Span
	bodies []byte // all that was received, to look for secrets in
	names  map[string]string
}

func newCollector(t *testing.T) *collector {
	t.Helper()
	c := &collector{names: map[string]string{}}
	server := httptest.NewServer(c)
	t.Cleanup(server.Close)
	c.url = server.URL
	return c
}

func (c *collector) ServeHTTP(response http.ResponseWriter, request *http.Request) {
	body, err := io.ReadAll(request.Body)
	var received collectortrace.ExportTraceServiceRequest
	if err != nil || request.URL.Path != "/v1/traces" || proto.Unmarshal(body, &received) != nil {
		http.Error(response, "not a batch of traces", http.StatusBadRequest)
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.bodies = append(c.bodies, body...)
	for _, resource := range received.GetResourceSpans() {
		for _, attribute := range resource.GetResource().GetAttributes() {
			c.names[attribute.GetKey()] = attribute.GetValue().GetStringValue()
		}
		for _, scope := range resource.GetScopeSpans() {
			c.spans = append(c.spans, scope.GetSpans()...)
		}
	}
	response.Header().Set("Content-Type", "application/x-protobuf")
}

// all returns the spans that were received so far.
func (c *collector) all() []*tracev1.Span {
	c.mu.Lock()
	defer c.mu.Unlock()
	return slices.Clone(c.spans)
}

// path returns the names of a span and those it lies within, the outermost first.
func path(spans []*tracev1.Span, span *tracev1.Span) []string {
	names := []string{span.GetName()}
	for _, parent := range spans {
		if string(parent.GetSpanId()) == string(span.GetParentSpanId()) && len(span.GetParentSpanId()) > 0 {
			return append(path(spans, parent), names...)
		}
	}
	return names
}

func attribute(span *tracev1.Span, key string) *commonv1.AnyValue {
	for _, pair := range span.GetAttributes() {
		if pair.GetKey() == key {
			return pair.GetValue()
		}
	}
	return nil
}

// traceParents are the traces that Kestra was told it is part of.
type traceParents struct {
	mu   sync.Mutex
	seen []string
}

// note matches nothing: it only looks at what matchers are shown.
func (p *traceParents) note(request *http.Request) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.seen = append(p.seen, request.Header.Get("Traceparent"))
	return false
}

func (w *world) tracesLeadFromAdmissionToKestra(t *testing.T) {
	for _, want := range []string{
		"admission KestraFlow > ask Kestra about a flow > kestra POST",
		"admission KestraFlow > check flow",
		"admission KestraKeyValue",
		"reconcile KestraFlow > kestra POST",
		"reconcile KestraKeyValue > kestra PUT",
		"sweep KestraFlow > kestra GET",
	} {
		w.eventually("there is a trace "+want, func() error {
			spans := w.traces.all()
			var paths []string
			for _, span := range spans {
				name := strings.Join(path(spans, span), " > ")
				if name == want {
					return nil
				}
				paths = append(paths, name)
			}
			slices.Sort(paths)
			return fmt.Errorf("there are only %q", slices.Compact(paths))
		})
	}
}

func (w *world) spansSayWhatWasDecided(t *testing.T) {
	refused := slices.IndexFunc(w.traces.all(), func(span *tracev1.Span) bool {
		return span.GetName() == "admission KestraFlow" && attribute(span, "kestra_operator.verdict").GetStringValue() == "refused"
	})
	if refused < 0 {
		t.Fatal("no span tells of a refusal")
	}
	span := w.traces.all()[refused]
	if got := attribute(span, "k8s.object.name").GetStringValue(); got != "misspelled" {
		t.Errorf("the refused object is %q", got)
	}
	if rules := attribute(span, "kestra_operator.rules").GetArrayValue().GetValues(); len(rules) != 1 || rules[0].GetStringValue() != "unknown-type" {
		t.Errorf("the rules are %v", rules)
	}
	if !attribute(span, "k8s.dry_run").GetBoolValue() {
		t.Error("the span does not tell that it was a dry run")
	}
	w.traces.mu.Lock()
	defer w.traces.mu.Unlock()
	if w.traces.names["service.name"] != "kestra-operator" || w.traces.names["service.version"] == "" {
		t.Errorf("the traces are of %v", w.traces.names)
	}
}

func (w *world) kestraIsToldItsTrace(t *testing.T) {
	known := map[string]bool{}
	w.eventually("every call's trace has arrived", func() error {
		for _, span := range w.traces.all() {
			known[hex.EncodeToString(span.GetTraceId())+"-"+hex.EncodeToString(span.GetSpanId())] = true
		}
		w.parents.mu.Lock()
		defer w.parents.mu.Unlock()
		for _, parent := range w.parents.seen[:len(w.parents.seen)/2] { // the newest may still be on their way
			fields := strings.Split(parent, "-")
			if len(fields) != 4 || !known[fields[1]+"-"+fields[2]] {
				return fmt.Errorf("Kestra was told of a trace that nobody knows: %q", parent)
			}
		}
		return nil
	})
}

func (w *world) noTraceHoldsASecret(t *testing.T) {
	w.traces.mu.Lock()
	defer w.traces.mu.Unlock()
	for _, secret := range []string{secretValue, w.kestra.Credentials().Password} {
		if strings.Contains(string(w.traces.bodies), secret) {
			t.Errorf("%q was sent to the collector", secret)
		}
	}
}
