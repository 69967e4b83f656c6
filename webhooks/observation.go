package webhooks

import (
	"context"
	"slices"
	"time"

	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/trace"
	"k8s.io/apimachinery/pkg/util/validation/field"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/webhook/admission"

	"github.com/kestra-operator/kestra-operator/schemas/flow"
)

// Webhooks, as metrics and traces name them.
const (
	mutating   = "mutating"
	validating = "validating"
)

// Verdicts on a request for admission.
const (
	verdictAllowed = "allowed"
	verdictWarned  = "warned"
	verdictRefused = "refused"
	// verdictFailed is a refusal because nobody could decide.
	verdictFailed = "failed"
)

// Severities of findings, as metrics name them.
const (
	severityError   = "error"
	severityWarning = "warning"
)

// tracer makes spans for whoever has set a provider; without one they cost next to nothing.
var tracer = otel.Tracer("github.com/kestra-operator/kestra-operator/webhooks")

// observation is what becomes known of one request for admission while it is answered. It holds names and ids of
// rules, never a value or a source.
type observation struct {
	webhook, kind string
	began         time.Time
	span          trace.Span
	refused       field.ErrorList
	warned        []string // ids of rules
}

type observationKey struct{}

// observe begins to observe a request about an object. The observation is found in the context.
func observe(ctx context.Context, webhook, kind string, obj client.Object) (context.Context, *observation) {
	o := &observation{webhook: webhook, kind: kind, began: time.Now()}
	ctx, o.span = tracer.Start(ctx, "admission "+kind, trace.WithSpanKind(trace.SpanKindServer))
	if o.span.IsRecording() {
		o.span.SetAttributes(
			attribute.String("kestra_operator.webhook", webhook),
			attribute.String("k8s.namespace.name", obj.GetNamespace()),
			attribute.String("k8s.object.kind", kind),
			attribute.String("k8s.object.name", obj.GetName()),
		)
		if request, err := admission.RequestFromContext(ctx); err == nil {
			o.span.SetAttributes(
				attribute.String("k8s.operation", string(request.Operation)),
				attribute.Bool("k8s.dry_run", request.DryRun != nil && *request.DryRun),
			)
		}
	}
	return context.WithValue(ctx, observationKey{}, o), o
}

// noteRefusal notes why the request is refused.
func noteRefusal(ctx context.Context, errs field.ErrorList) {
	if o, ok := ctx.Value(observationKey{}).(*observation); ok {
		o.refused = errs
	}
}

// noteWarnings notes the rules of the findings of a severity, which only warn.
func noteWarnings(ctx context.Context, findings []flow.Finding, severity flow.Severity) {
	o, ok := ctx.Value(observationKey{}).(*observation)
	if !ok {
		return
	}
	for _, finding := range findings {
		if finding.Severity == severity {
			o.warned = append(o.warned, finding.Rule)
		}
	}
}

// end counts the verdict. Findings are counted once for each apply: what the mutating handler lets pass is judged
// again by the validating one.
func (o *observation) end(warnings int) {
	verdict := o.verdict(warnings)
	admissionDuration.WithLabelValues(o.webhook, o.kind, verdict).Observe(time.Since(o.began).Seconds())
	errors := make([]string, len(o.refused))
	for i, err := range o.refused {
		errors[i] = ruleOf(err)
	}
	if o.webhook == validating || len(errors) > 0 {
		o.count(severityError, errors)
		o.count(severityWarning, o.warned)
	}
	if o.span.IsRecording() {
		o.span.SetAttributes(
			attribute.String("kestra_operator.verdict", verdict),
			attribute.StringSlice("kestra_operator.rules", distinct(append(errors, o.warned...))),
		)
		if verdict == verdictFailed {
			o.span.SetStatus(codes.Error, "nobody could decide")
		}
	}
	o.span.End()
}

func (o *observation) count(severity string, rules []string) {
	for _, rule := range rules {
		admissionFindings.WithLabelValues(o.kind, severity, rule).Inc()
	}
}

func (o *observation) verdict(warnings int) string {
	unanswered := func(err *field.Error) bool { return err.Type == field.ErrorTypeInternal }
	switch {
	case slices.ContainsFunc(o.refused, unanswered):
		return verdictFailed
	case len(o.refused) > 0:
		return verdictRefused
	case warnings > 0:
		return verdictWarned
	default:
		return verdictAllowed
	}
}

// ruleOf is the id of the rule that an error is a finding of, or else what type of error it is.
func ruleOf(err *field.Error) string {
	if err.Origin != "" {
		return err.Origin
	}
	return string(err.Type)
}

func distinct(rules []string) []string {
	slices.Sort(rules)
	return slices.Compact(rules)
}
