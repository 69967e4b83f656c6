package operator

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	coordinationv1 "k8s.io/api/coordination/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/utils/ptr"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/kestra-operator/kestra-operator/cmd/kestra-operator/internal/config"
)

func TestShutdownTakesReadinessFirstAndEndsAfterTheDelay(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const delay = 5 * time.Second
		asked, stop := context.WithCancel(t.Context())
		var stopping shutdown
		delayed := stopping.delayed(asked, delay)
		began := time.Now()
		stop()
		synctest.Wait()
		if stopping.check(nil) == nil {
			t.Error("ready after being told to stop")
		}
		if err := delayed.Err(); err != nil {
			t.Errorf("ended at once: %v", err)
		}
		<-delayed.Done()
		if waited := time.Since(began); waited != delay {
			t.Errorf("ended after %s, want %s", waited, delay)
		}
	})
}

func TestAShutdownIsDelayedOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		asked, stop := context.WithCancel(t.Context())
		var stopping shutdown
		inner := stopping.delayed(stopping.delayed(asked, time.Second), time.Hour)
		began := time.Now()
		stop()
		<-inner.Done()
		if waited := time.Since(began); waited != time.Second {
			t.Errorf("ended after %s, want the one second of the first delay", waited)
		}
	})
}

// A leader that cannot renew its lease ends, and so would the webhooks that it serves, in the middle of calls.
func TestALeaderWithoutItsLeaseJudgesOnWhileNotReady(t *testing.T) {
	w := newWorld(t)
	operator := w.run(t, w.install(t), func(c *config.Config) { c.ShutdownDelay = 10 * time.Second })
	w.steal(t, operator.config.LeaseName())
	eventually(t, "the replica is not ready", func() error {
		if operator.probe(t, "/readyz") == nil {
			return errors.New("it is ready")
		}
		return nil
	})
	err := w.client.Create(t.Context(), newFlow("bad", "id: other\nnamespace: company.team\n"))
	if !apierrors.IsInvalid(err) {
		t.Errorf("got %v, want the webhook's refusal", err)
	}
	if err := <-operator.done; err == nil || !strings.Contains(err.Error(), "leader election lost") {
		t.Errorf("it stopped with %v", err)
	}
	operator.done <- nil // for its stop
}

// steal makes somebody else hold a lease once the operator does.
func (w world) steal(t *testing.T, name string) {
	t.Helper()
	eventually(t, "the lease is held by a thief", func() error {
		var lease coordinationv1.Lease
		if err := w.client.Get(t.Context(), client.ObjectKey{Namespace: namespace, Name: name}, &lease); err != nil {
			return err
		}
		if ptr.Deref(lease.Spec.HolderIdentity, "") == "" {
			return errors.New("nobody holds it yet")
		}
		lease.Spec.HolderIdentity, lease.Spec.LeaseDurationSeconds = ptr.To("thief"), ptr.To[int32](3600)
		return w.client.Update(t.Context(), &lease)
	})
}

func TestAStoppingServerLetsGoOfItsCallersConnections(t *testing.T) {
	var stopping shutdown
	handler := stopping.closing(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))
	for _, stop := range []bool{false, true} {
		stopping.begun.Store(stop)
		response := httptest.NewRecorder()
		handler.ServeHTTP(response, httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/", nil))
		if closes := response.Header().Get("Connection") == "close"; closes != stop {
			t.Errorf("stopping: %t, asks callers to close: %t", stop, closes)
		}
	}
}

// judgesOnWhileNotReady stops an operator whose shutdown takes a while.
func judgesOnWhileNotReady(t *testing.T, w world, operator running) {
	stopped := make(chan error, 1)
	go func() { stopped <- operator.stop() }()
	eventually(t, "the replica is not ready", func() error {
		if operator.probe(t, "/readyz") == nil {
			return errors.New("it is ready")
		}
		return nil
	})
	if err := operator.probe(t, "/healthz"); err != nil {
		t.Errorf("a stopping replica must not be restarted: %v", err)
	}
	err := w.client.Create(t.Context(), newFlow("bad", "id: other\nnamespace: company.team\n"))
	if !apierrors.IsInvalid(err) {
		t.Errorf("got %v, want the webhook's refusal", err)
	}
	if err := <-stopped; err != nil {
		t.Error(err)
	}
}
