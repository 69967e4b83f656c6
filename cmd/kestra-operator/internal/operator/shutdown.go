package operator

import (
	"context"
	"errors"
	"net/http"
	"sync/atomic"
	"time"

	"sigs.k8s.io/controller-runtime/pkg/log"
)

// shutdown is the way out of a process that others still call: Kubernetes takes a moment to tell every node that
// a pod is stopping, and a refused connection in that moment would be a refused object.
type shutdown struct{ begun atomic.Bool }

// delayed returns a context that ends a while after the given one, with readiness off in between.
func (s *shutdown) delayed(ctx context.Context, delay time.Duration) context.Context {
	delayed, end := context.WithCancel(context.WithoutCancel(ctx))
	context.AfterFunc(ctx, func() {
		s.begun.Store(true)
		log.FromContext(ctx).Info("Stopping: serving on, not ready, while callers turn to other replicas", "for", delay)
		time.AfterFunc(delay, end)
	})
	return delayed
}

// check is a readiness check.
func (s *shutdown) check(*http.Request) error {
	if s.begun.Load() {
		return errors.New("stopping")
	}
	return nil
}
