package kestra

import (
	"context"
	"sync"
	"time"
)

const (
	// firstSpacing is the time between two calls after a server has said for the first time that they are too many; it is
	// doubled each time it says so, up to maxSpacing, and shortened with each call that it takes.
	firstSpacing = 200 * time.Millisecond
	maxSpacing   = 2 * time.Second
	// leastSpacing is no spacing any more.
	leastSpacing = 20 * time.Millisecond
	// throttledTries is how often a call is sent that the server did not take because there are too many.
	throttledTries = 5
)

// pace spaces the calls of a server that says that they are too many (429). Without it, the calls of many objects keep
// each other from ever coming to an end: each takes several, and begins anew when one is not taken.
type pace struct {
	mu      sync.Mutex
	spacing time.Duration // 0 until the server has complained
	next    time.Time     // when the next call may be sent
}

// wait returns when it is this call's turn, or the context has ended. A call whose turn would come after its deadline fails at
// once: it would take the time of others, and not be sent.
func (p *pace) wait(ctx context.Context) error {
	deadline, _ := ctx.Deadline()
	left, ok := p.reserve(time.Now(), deadline)
	switch {
	case !ok:
		return context.DeadlineExceeded
	case left <= 0:
		return nil
	}
	timer := time.NewTimer(left)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-timer.C:
		return nil
	}
}

// reserve returns how long the next call has to wait, and takes that time. It takes none, and returns false, when that is
// beyond the deadline; the zero time is no deadline.
func (p *pace) reserve(now, deadline time.Time) (time.Duration, bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.spacing == 0 {
		return 0, true
	}
	at := now
	if p.next.After(now) {
		at = p.next
	}
	if !deadline.IsZero() && at.After(deadline) {
		return 0, false
	}
	p.next = at.Add(p.spacing)
	return at.Sub(now), true
}

// slower notes that the server did not take a call and wants to be left alone for a while.
func (p *pace) slower(now time.Time, retryAfter time.Duration) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.spacing = min(max(2*p.spacing, firstSpacing), maxSpacing)
	if until := now.Add(min(retryAfter, maxSpacing)); until.After(p.next) {
		p.next = until
	}
}

// faster notes that the server took a call.
func (p *pace) faster() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.spacing -= p.spacing / 8; p.spacing < leastSpacing {
		p.spacing = 0
	}
}
