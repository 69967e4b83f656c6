package operator

import (
	"context"
	"errors"
	"net/http"
	"sync"
	"sync/atomic"
	"time"

	"golang.org/x/sync/errgroup"
	"sigs.k8s.io/controller-runtime/pkg/log"
	"sigs.k8s.io/controller-runtime/pkg/webhook"
)

// shutdown is the way out of a process that others still call: Kubernetes takes a moment to tell every node that
// a pod is stopping, and a refused connection in that moment would be a refused object.
type shutdown struct {
	begun atomic.Bool
	// serving is done when no server serves any more.
	serving sync.WaitGroup
}

// delayed returns a context that ends a while after the given one, with readiness off in between; it ends at once when
// such a while has passed already.
func (s *shutdown) delayed(ctx context.Context, delay time.Duration) context.Context {
	delayed, end := context.WithCancel(context.WithoutCancel(ctx))
	context.AfterFunc(ctx, func() {
		if s.begun.Swap(true) {
			end()
			return
		}
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

// closing lets go of callers' connections once the shutdown has begun. The API server keeps its connections and
// calls on over them, whatever the Service says; its next call shall find another replica, not a connection that
// ends under it.
func (s *shutdown) closing(handler http.Handler) http.Handler {
	return http.HandlerFunc(func(response http.ResponseWriter, request *http.Request) {
		if s.begun.Load() {
			response.Header().Set("Connection", "close")
		}
		handler.ServeHTTP(response, request)
	})
}

// closingServer is a webhook server that takes part in the shutdown.
type closingServer struct {
	webhook.Server
	stopping *shutdown
	delay    time.Duration
	// certificate is followed beside it. The manager by itself would begin to only when every cache is full, and until
	// then no replica could answer.
	certificate *certificate
}

// Start serves until the context ends, and the delay longer when nobody told the process to stop: a leader that lost its
// lease ends without a word, and serves admission like every other replica.
func (s closingServer) Start(ctx context.Context) error {
	s.stopping.serving.Add(1)
	defer s.stopping.serving.Done()
	group, ctx := errgroup.WithContext(s.stopping.delayed(ctx, s.delay))
	group.Go(func() error { return s.certificate.Start(ctx) })
	group.Go(func() error { return s.Server.Start(ctx) })
	return group.Wait()
}

// Register serves a handler at a path.
func (s closingServer) Register(path string, handler http.Handler) {
	s.Server.Register(path, s.stopping.closing(handler))
}
