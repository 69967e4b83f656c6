package webhooks

import (
	"context"
	"net/http"
	"time"
)

// defaultPatience and maxPatience are how long a request may take whose sender does not say how long it waits, and at most.
// The API server waits for 30 s at most.
const (
	defaultPatience = 10 * time.Second
	maxPatience     = 30 * time.Second
)

// punctual ends a request when its sender no longer waits, one whose body never ends too. The size of the body is bounded by
// controller-runtime.
type punctual struct{ http.Handler }

func (p punctual) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	patience := patienceOf(r)
	_ = http.NewResponseController(w).SetReadDeadline(time.Now().Add(patience)) // every connection of a server has one
	ctx, cancel := context.WithTimeout(r.Context(), patience)
	defer cancel()
	p.Handler.ServeHTTP(w, r.WithContext(ctx))
}

// patienceOf is how long the sender of a request waits. The API server says so in the request's address.
func patienceOf(r *http.Request) time.Duration {
	patience, err := time.ParseDuration(r.URL.Query().Get("timeout"))
	if err != nil || patience <= 0 {
		return defaultPatience
	}
	return min(patience, maxPatience)
}

// withinPatience shortens a timeout to half of the time that the sender of a request still waits, so that there is time
// to answer without the server's word.
func withinPatience(ctx context.Context, timeout time.Duration) time.Duration {
	until, known := ctx.Deadline()
	if !known {
		return timeout
	}
	return min(timeout, time.Until(until)/2)
}
