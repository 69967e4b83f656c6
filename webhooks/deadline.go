package webhooks

import (
	"context"
	"net/http"
	"time"
)

// patienceKey is the key of how long the API server waits for an answer.
type patienceKey struct{}

// withPatience keeps in the context until when the API server waits, which it says in the request's address.
func withPatience(ctx context.Context, request *http.Request) context.Context {
	timeout, err := time.ParseDuration(request.URL.Query().Get("timeout"))
	if err != nil || timeout <= 0 {
		return ctx
	}
	return context.WithValue(ctx, patienceKey{}, time.Now().Add(timeout))
}

// withinPatience shortens a timeout to half of the time that the API server still waits, so that there is time
// to answer without the server's word.
func withinPatience(ctx context.Context, timeout time.Duration) time.Duration {
	until, known := ctx.Value(patienceKey{}).(time.Time)
	if !known {
		return timeout
	}
	return min(timeout, time.Until(until)/2)
}
