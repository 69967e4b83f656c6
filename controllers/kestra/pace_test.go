package kestra

import (
	"net/http"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// newThrottled returns a client of a server that takes one call in so long, and counts the calls that came and those that
// were taken.
func newThrottled(t *testing.T, every time.Duration) (client *Client, came, taken *atomic.Int32) {
	t.Helper()
	came, taken = &atomic.Int32{}, &atomic.Int32{}
	var mu sync.Mutex
	var next time.Time
	client = newTestClient(t, func(w http.ResponseWriter, _ *http.Request) {
		came.Add(1)
		mu.Lock()
		defer mu.Unlock()
		if now := time.Now(); now.Before(next) {
			w.Header().Set("Retry-After", "0")
			answer(w, http.StatusTooManyRequests, "")
			return
		}
		next = time.Now().Add(every)
		taken.Add(1)
		answer(w, 200, "{}")
	})
	return client, came, taken
}

// Many calls at once of a server that takes few come to an end: each is taken, and few are sent in vain.
func TestCallsOfAServerThatTakesFewAreSpaced(t *testing.T) {
	const count = 30
	client, came, taken := newThrottled(t, 20*time.Millisecond)
	var calling sync.WaitGroup
	var failed atomic.Int32
	for range count {
		calling.Go(func() {
			if client.PutKeyValue(t.Context(), hello, []byte("1"), KeyValueOptions{}) != nil {
				failed.Add(1)
			}
		})
	}
	calling.Wait()
	if failed.Load() > 0 || taken.Load() != count {
		t.Errorf("%d calls failed and %d were taken, want none and %d", failed.Load(), taken.Load(), count)
	}
	if came.Load() > 4*count {
		t.Errorf("%d calls were sent for %d", came.Load(), count)
	}
}

func TestPaceFollowsWhatTheServerSays(t *testing.T) {
	now := time.Now()
	var p pace
	if wait, _ := p.reserve(now, time.Time{}); wait != 0 {
		t.Errorf("the first call waits %s", wait)
	}
	p.slower(now, time.Second)
	for i, want := range []time.Duration{time.Second, time.Second + firstSpacing, time.Second + 2*firstSpacing} {
		if wait, _ := p.reserve(now, time.Time{}); wait != want {
			t.Errorf("call %d waits %s, want %s", i, wait, want)
		}
	}
	for range 10 {
		p.slower(now, 0)
	}
	if p.spacing != maxSpacing {
		t.Errorf("spacing %s, want %s at most", p.spacing, maxSpacing)
	}
	for range 100 {
		p.faster()
	}
	if wait, _ := p.reserve(now.Add(time.Hour), time.Time{}); wait != 0 || p.spacing != 0 {
		t.Errorf("a call waits %s after a hundred were taken", wait)
	}
}

// Otherwise a mass of admissions, each of which waits for seconds only, would leave nothing to the calls that can wait.
func TestACallWhoseTurnComesTooLateTakesNoTime(t *testing.T) {
	now := time.Now()
	var p pace
	p.slower(now, time.Second)
	for range 100 {
		if _, ok := p.reserve(now, now.Add(time.Second/2)); ok {
			t.Fatal("a call waits for what comes after its deadline")
		}
	}
	if wait, ok := p.reserve(now, now.Add(time.Second)); !ok || wait != time.Second {
		t.Errorf("a call that can wait waits %s (%t), want %s", wait, ok, time.Second)
	}
}
