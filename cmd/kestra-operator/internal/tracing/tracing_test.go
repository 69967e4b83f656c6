package tracing

import (
	"errors"
	"strings"
	"testing"

	"github.com/go-logr/logr"
	"github.com/go-logr/logr/funcr"
	"go.opentelemetry.io/otel"
	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func TestTracesAreSentWhenTheEnvironmentSaysWhere(t *testing.T) {
	const endpoint = "http://collector:4318"
	for name, test := range map[string]struct {
		environment map[string]string
		want        bool
		problem     string
	}{
		"nothing is said":              {},
		"an endpoint":                  {environment: map[string]string{endpointVariable: endpoint}, want: true},
		"an endpoint of traces":        {environment: map[string]string{tracesEndpointVariable: endpoint}, want: true},
		"disabled":                     {environment: map[string]string{endpointVariable: endpoint, disabledVariable: "TRUE"}},
		"no exporter of traces":        {environment: map[string]string{endpointVariable: endpoint, exporterVariable: "none"}},
		"the exporter that there is":   {environment: map[string]string{endpointVariable: endpoint, exporterVariable: "otlp"}, want: true},
		"an exporter that is not":      {environment: map[string]string{endpointVariable: endpoint, exporterVariable: "zipkin"}, problem: exporterVariable},
		"the protocol that there is":   {environment: map[string]string{endpointVariable: endpoint, protocolVariable: onlyProtocol}, want: true},
		"a protocol that is not":       {environment: map[string]string{endpointVariable: endpoint, protocolVariable: "grpc"}, problem: "4318"},
		"the protocol of traces alone": {environment: map[string]string{endpointVariable: endpoint, protocolVariable: "grpc", tracesProtocolVariable: onlyProtocol}, want: true},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := wanted(func(name string) string { return test.environment[name] })
			if got != test.want || (err == nil) != (test.problem == "") {
				t.Fatalf("wanted: %t, %v", got, err)
			}
			if err != nil && !strings.Contains(err.Error(), test.problem) {
				t.Errorf("the error does not say %q: %v", test.problem, err)
			}
		})
	}
}

func TestWithoutAnEndpointNothingIsStartedAndASpanCostsNextToNothing(t *testing.T) {
	const allowed = 4 // allocations, for a context and a span that records nothing
	before := otel.GetTracerProvider()
	stop, err := Start(t.Context(), func(string) string { return "" }, "test", logr.Discard())
	if err != nil {
		t.Fatal(err)
	}
	defer stop()
	if otel.GetTracerProvider() != before {
		t.Error("a provider of traces was set")
	}
	tracer := otel.Tracer("test")
	allocations := testing.AllocsPerRun(100, func() {
		_, span := tracer.Start(t.Context(), "a span")
		if span.IsRecording() {
			t.Error("a span records")
		}
		span.End()
	})
	if allocations > allowed {
		t.Errorf("a span takes %.0f allocations, want at most %d", allocations, allowed)
	}
}

func TestACollectorThatIsAwayIsLoggedOnce(t *testing.T) {
	var lines []string
	handler := &failures{logger: funcr.New(func(_, line string) { lines = append(lines, line) }, funcr.Options{})}
	for _, problem := range []string{"refused", "refused", "too late", "refused"} {
		handler.Handle(errors.New(problem))
	}
	if len(lines) != 3 || !strings.Contains(lines[0], "refused") {
		t.Errorf("logged: %q", lines)
	}
}
