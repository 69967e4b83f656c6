package webhooks

import (
	"context"
	"net/http"
	"time"

	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/propagation"
)

// patienceKey is the key of how long the API server waits for an answer.
type patienceKey struct{}

// withCaller keeps in the context what the API server says of itself: the trace that the request is part of, and how
// long it waits.
func withCaller(ctx context.Context, request *http.Request) context.Context {
	ctx = otel.GetTextMapPropagator().Extract(ctx, propagation.HeaderCarrier(request.Header))
	return withPatience(ctx, request)
}

// withPatience keeps in the context until when the API server waits, which it says in the request's address.
func withPatience(ctx context.Context, request *http.Request) context.Context {
	timeout, said := saidPatience(request)
	if !said {
		return ctx
	}
	return context.WithValue(ctx, patienceKey{}, time.Now().Add(timeout))
}

func saidPatience(request *http.Request) (time.Duration, bool) {
	timeout, err := time.ParseDuration(request.URL.Query().Get("timeout"))
	return timeout, err == nil && timeout > 0
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
