package controllers_test

import (
	"context"
	"sync"
	"testing"
	"time"

	"sigs.k8s.io/controller-runtime/pkg/client"

	devkestra "github.com/kestra-operator/kestra-operator/test/kestra"
)

// Every write of a life - finalizer, intent, outcome, release - ends well before the pass that makes it.
func TestAWriteToTheAPIServerEndsBeforeThePassDoes(t *testing.T) {
	w := newWorld(t, devkestra.Options{})
	var mu sync.Mutex
	writes, unbounded := 0, 0
	note := func(ctx context.Context) {
		mu.Lock()
		defer mu.Unlock()
		writes++
		if until, bounded := ctx.Deadline(); !bounded || time.Until(until) > time.Minute {
			unbounded++
		}
	}
	w.intercept.Patch = func(ctx context.Context, c client.WithWatch, obj client.Object, patch client.Patch, options ...client.PatchOption) error {
		note(ctx)
		return c.Patch(ctx, obj, patch, options...)
	}
	w.intercept.SubResourcePatch = func(
		ctx context.Context, c client.Client, sub string, obj client.Object, patch client.Patch, options ...client.SubResourcePatchOption,
	) error {
		note(ctx)
		return c.SubResource(sub).Patch(ctx, obj, patch, options...)
	}
	w.start()
	obj := makeFlow("hello", "hello", sourceOf("hello", "hi"))
	w.create(obj)
	w.awaitSynced(obj)
	w.delete(obj)
	mu.Lock()
	defer mu.Unlock()
	if writes < 4 || unbounded > 0 {
		t.Errorf("%d of %d writes may take as long as a pass", unbounded, writes)
	}
}
