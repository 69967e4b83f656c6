package operator

import (
	"net/http"
	"strconv"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/propagation"
	"go.opentelemetry.io/otel/trace"
	"sigs.k8s.io/controller-runtime/pkg/metrics"

	"github.com/kestra-operator/kestra-operator/controllers/kestra"
)

// codeNone is the code of a call that got no answer.
const codeNone = "none"

var kestraRequestDuration = prometheus.NewHistogramVec(prometheus.HistogramOpts{
	Name: "kestra_operator_kestra_request_duration_seconds",
	Help: "Time until Kestra began to answer a request, by method and status code; the code is none when it did not answer. " +
		"Each try of a call counts.",
	Buckets: []float64{.005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10, 30},
}, []string{"method", "code"})

func init() { metrics.Registry.MustRegister(kestraRequestDuration) }

// tracer makes spans for whoever has set a provider; without one they cost next to nothing.
var tracer = otel.Tracer("github.com/kestra-operator/kestra-operator/kestra")

// withObservedCalls has metrics and traces tell of a client's calls.
func withObservedCalls(config *kestra.Config) {
	config.Transport = func(transport *http.Transport) http.RoundTripper { return observedCalls{transport} }
}

// observedCalls is a transport whose requests are timed, and carry the trace that they are part of.
type observedCalls struct{ *http.Transport }

// RoundTrip sends a request. Its span holds the path, which names things, and no query, header or body.
func (o observedCalls) RoundTrip(request *http.Request) (*http.Response, error) {
	ctx, span := tracer.Start(request.Context(), "kestra "+request.Method, trace.WithSpanKind(trace.SpanKindClient))
	defer span.End()
	if span.IsRecording() {
		span.SetAttributes(
			attribute.String("http.request.method", request.Method),
			attribute.String("server.address", request.URL.Hostname()),
			attribute.String("url.path", request.URL.Path),
		)
		request = request.Clone(ctx)
		otel.GetTextMapPropagator().Inject(ctx, propagation.HeaderCarrier(request.Header))
	}
	began, code := time.Now(), codeNone
	response, err := o.Transport.RoundTrip(request)
	if err == nil {
		code = strconv.Itoa(response.StatusCode)
		span.SetAttributes(attribute.Int("http.response.status_code", response.StatusCode))
	}
	kestraRequestDuration.WithLabelValues(request.Method, code).Observe(time.Since(began).Seconds())
	if err != nil || response.StatusCode >= http.StatusBadRequest {
		span.SetStatus(codes.Error, "")
	}
	return response, err
}
