package controllers

import (
	"context"
	"fmt"
)

// passesPerTurn is how many passes share the right to call Kestra. A pass over a new flow makes four calls of the API
// server for one of Kestra, so that with one pass for each call Kestra would wait most of the time.
const passesPerTurn = 4

// turns lets as many passes over objects of a kind call Kestra at a time as it has room for.
type turns chan struct{}

// turn is the right of one pass to call Kestra.
type turn struct {
	turns turns
	held  bool
}

// take waits for the right, unless it is held already.
func (t *turn) take(ctx context.Context) error {
	if t.held {
		return nil
	}
	select {
	case t.turns <- struct{}{}:
		t.held = true
		return nil
	case <-ctx.Done():
		return fmt.Errorf("wait for others that call Kestra: %w", ctx.Err())
	}
}

// give lets another pass have the right, if it is held.
func (t *turn) give() {
	if t.held {
		<-t.turns
		t.held = false
	}
}
