package controllers

import (
	"context"

	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/trace"
	"k8s.io/apimachinery/pkg/api/meta"
	"sigs.k8s.io/controller-runtime/pkg/reconcile"

	"github.com/kestra-operator/kestra-operator/schemas/v1alpha1"
)

// tracer makes spans for whoever has set a provider; without one they cost next to nothing.
var tracer = otel.Tracer("github.com/kestra-operator/kestra-operator/controllers")

// traced makes a span of each pass over an object. It holds names and reasons, never a value, a source or the text
// of an error.
type traced struct {
	kind string
	reconcile.Reconciler
}

func (t traced) Reconcile(ctx context.Context, request reconcile.Request) (reconcile.Result, error) {
	ctx, span := tracer.Start(ctx, "reconcile "+t.kind)
	defer span.End()
	if span.IsRecording() {
		span.SetAttributes(
			attribute.String("k8s.namespace.name", request.Namespace),
			attribute.String("k8s.object.kind", t.kind),
			attribute.String("k8s.object.name", request.Name),
		)
	}
	result, err := t.Reconciler.Reconcile(ctx, request)
	if err != nil {
		span.SetStatus(codes.Error, "tried again later")
	}
	return result, err
}

// traceOutcome adds to the pass's span how the object is at its end.
func traceOutcome(ctx context.Context, status *v1alpha1.SyncStatus) {
	span := trace.SpanFromContext(ctx)
	if !span.IsRecording() {
		return
	}
	if ready := meta.FindStatusCondition(status.Conditions, v1alpha1.ConditionReady); ready != nil {
		span.SetAttributes(
			attribute.String("kestra_operator.ready", string(ready.Status)),
			attribute.String("kestra_operator.reason", ready.Reason),
		)
	}
}
