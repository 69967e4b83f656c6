package controllers

import (
	"context"
	"time"

	"sigs.k8s.io/controller-runtime/pkg/client"
)

// apiTimeout bounds one call of the API server, so that one that accepts calls and never answers holds no worker for the time
// of a whole pass. A call takes milliseconds; watches, which last, are not made here.
const apiTimeout = 15 * time.Second

// boundedReader reads within apiTimeout.
type boundedReader struct{ client.Reader }

func (b boundedReader) Get(ctx context.Context, key client.ObjectKey, obj client.Object, options ...client.GetOption) error {
	ctx, cancel := context.WithTimeout(ctx, apiTimeout)
	defer cancel()
	return b.Reader.Get(ctx, key, obj, options...)
}
