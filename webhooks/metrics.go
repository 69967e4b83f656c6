package webhooks

import (
	"github.com/prometheus/client_golang/prometheus"
	"k8s.io/apimachinery/pkg/util/validation/field"
	"sigs.k8s.io/controller-runtime/pkg/metrics"

	"github.com/kestra-operator/kestra-operator/schemas/flow"
	"github.com/kestra-operator/kestra-operator/schemas/v1alpha1"
)

var (
	admissionDuration = prometheus.NewHistogramVec(prometheus.HistogramOpts{
		Name: "kestra_operator_admission_duration_seconds",
		Help: "Time to answer a request for admission, by webhook (mutating or validating), kind and verdict: " +
			"allowed, warned, refused, or failed when nobody could decide.",
		// An answer from the operator's own judge takes milliseconds; Kestra's may take seconds.
		Buckets: []float64{.001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10},
	}, []string{"webhook", "kind", "verdict"})

	admissionFindings = prometheus.NewCounterVec(prometheus.CounterOpts{
		Name: "kestra_operator_admission_findings_total",
		Help: "Findings told to whoever applied an object, by kind, severity (error or warning) and rule: the id of " +
			"a rule of the judge, or the API's type of error, such as FieldValueForbidden.",
	}, []string{"kind", "severity", "rule"})

	admissionReports = prometheus.NewCounterVec(prometheus.CounterOpts{
		Name: "kestra_operator_admission_reports_total",
		Help: "Reports on flows that admission needed, by where they came from: judge, or memory, since both webhooks need " +
			"the report on the same flow.",
	}, []string{"from"})
)

func init() {
	metrics.Registry.MustRegister(admissionDuration, admissionFindings, admissionReports)
	startAtZero()
}

// startAtZero makes the series that are known to come: the first step of a counter is only seen from its 0.
func startAtZero() {
	for _, kind := range v1alpha1.Kinds() {
		for _, verdict := range []string{verdictAllowed, verdictWarned, verdictRefused, verdictFailed} {
			admissionDuration.WithLabelValues(validating, kind, verdict)
		}
		for _, err := range []field.ErrorType{field.ErrorTypeForbidden, field.ErrorTypeInvalid, field.ErrorTypeRequired, field.ErrorTypeInternal} {
			admissionFindings.WithLabelValues(kind, severityError, string(err))
		}
	}
	for _, verdict := range []string{verdictAllowed, verdictWarned, verdictRefused, verdictFailed} {
		admissionDuration.WithLabelValues(mutating, "KestraFlow", verdict)
	}
	for _, rule := range flow.Rules() {
		severity := severityError
		if rule.Severity == flow.Warning {
			severity = severityWarning
		}
		admissionFindings.WithLabelValues("KestraFlow", severity, rule.ID)
	}
}
