package operator

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"testing"
	"testing/synctest"
	"time"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
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
