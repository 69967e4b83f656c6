package controllers

import (
	"context"
	"testing"
	"time"

	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/kestra-operator/kestra-operator/schemas/v1alpha1"
)

// stalledReader is an API server that accepts calls and never answers: it notes until when it is waited for.
type stalledReader struct {
	client.Reader
	until time.Time
}

func (s *stalledReader) Get(ctx context.Context, _ client.ObjectKey, _ client.Object, _ ...client.GetOption) error {
	s.until, _ = ctx.Deadline()
	return context.DeadlineExceeded
}

func TestAReadOfTheAPIServerEndsBeforeThePassDoes(t *testing.T) {
	pass, cancel := context.WithTimeout(t.Context(), reconcileTimeout)
	defer cancel()
	stalled := &stalledReader{}
	err := boundedReader{stalled}.Get(pass, client.ObjectKey{}, &v1alpha1.KestraFlow{})
	end, _ := pass.Deadline()
	if err == nil || stalled.until.IsZero() || end.Sub(stalled.until) < time.Minute {
		t.Errorf("waited until %v of a pass that ends at %v: %v", stalled.until, end, err)
	}
}
