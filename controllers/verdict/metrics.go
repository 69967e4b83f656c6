package verdict

import (
	"context"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/sony/gobreaker/v2"
	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/attribute"
	"sigs.k8s.io/controller-runtime/pkg/metrics"

	"github.com/kestra-operator/kestra-operator/schemas/flow"
)

// What came of a question.
const (
	answerAccepted   = "accepted"
	answerRefused    = "refused"
	answerUnanswered = "unanswered"
)

var verdictsTotal = prometheus.NewCounterVec(prometheus.CounterOpts{
	Name: "kestra_operator_server_verdicts_total",
	Help: "Flows that Kestra was asked about, by what it said, now or a moment ago: accepted, refused or unanswered.",
}, []string{"answer"})

func init() {
	metrics.Registry.MustRegister(verdictsTotal)
	for _, answer := range []string{answerAccepted, answerRefused, answerUnanswered} {
		verdictsTotal.WithLabelValues(answer) // there from the start
	}
}

// tracer makes spans for whoever has set a provider; without one they cost next to nothing.
var tracer = otel.Tracer("github.com/kestra-operator/kestra-operator/controllers/verdict")

// Breaker returns the metric of whether Kestra is asked at all.
func (c *Checker) Breaker() prometheus.Collector {
	return prometheus.NewGaugeFunc(prometheus.GaugeOpts{
		Name: "kestra_operator_server_check_breaker_open",
		Help: "1 while Kestra is not asked about flows, because it did not answer the last questions; 0 otherwise.",
	}, func() float64 {
		if c.breaker.State() == gobreaker.StateOpen {
			return 1
		}
		return 0
	})
}

// observed puts a question, and has metrics and traces tell what came of it.
func observed(ctx context.Context, ask func(context.Context) ([]flow.Finding, error)) ([]flow.Finding, error) {
	ctx, span := tracer.Start(ctx, "ask Kestra about a flow")
	defer span.End()
	findings, err := ask(ctx)
	answer := answerAccepted
	switch {
	case err != nil:
		answer = answerUnanswered
	case !(flow.Report{Findings: findings}).Accepted():
		answer = answerRefused
	}
	verdictsTotal.WithLabelValues(answer).Inc()
	if span.IsRecording() {
		span.SetAttributes(attribute.String("kestra_operator.answer", answer))
	}
	return findings, err
}
