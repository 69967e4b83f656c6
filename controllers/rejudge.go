package controllers

import (
	"context"
	"fmt"

	"sigs.k8s.io/controller-runtime/pkg/builder"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/event"
	"sigs.k8s.io/controller-runtime/pkg/handler"
	"sigs.k8s.io/controller-runtime/pkg/log"
	"sigs.k8s.io/controller-runtime/pkg/manager"
	"sigs.k8s.io/controller-runtime/pkg/source"
)

// catalogJudged is the strategy of a kind that is judged by the catalog.
type catalogJudged interface {
	// catalogChanges returns a channel with a signal after the catalog has changed; nil when it never does.
	catalogChanges() <-chan struct{}
}

// rejudge has the controller look at every object of a kind again when the catalog has changed: with other plugins
// in Kestra, what was refused may be good, and what was good may fail.
type rejudge[T client.Object] struct {
	cache   client.Reader
	kind    strategy[T]
	changes <-chan struct{}
	objects chan event.GenericEvent
}

// watchCatalog makes a change of the catalog reconcile every object of the kind.
func watchCatalog[T client.Object](mgr manager.Manager, build *builder.Builder, kind strategy[T], changes <-chan struct{}) error {
	r := &rejudge[T]{cache: mgr.GetCache(), kind: kind, changes: changes, objects: make(chan event.GenericEvent)}
	build.WatchesRawSource(source.Channel(r.objects, &handler.EnqueueRequestForObject{}))
	if err := mgr.Add(r); err != nil {
		return fmt.Errorf("set up judging %s again: %w", kind.kind(), err)
	}
	return nil
}

// Start follows the catalog until the context ends. It runs on the leader only.
func (r *rejudge[T]) Start(ctx context.Context) error {
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-r.changes:
		}
		if err := r.enqueue(ctx); err != nil && ctx.Err() == nil {
			log.FromContext(ctx).Error(err, "Objects are not judged by the changed catalog before their next look", "kind", r.kind.kind())
		}
	}
}

func (r *rejudge[T]) enqueue(ctx context.Context) error {
	list := r.kind.newList()
	if err := r.cache.List(ctx, list, client.UnsafeDisableDeepCopy); err != nil { // nothing is changed
		return fmt.Errorf("list the objects of kind %s: %w", r.kind.kind(), err)
	}
	for _, obj := range items[T](list) {
		select {
		case r.objects <- event.GenericEvent{Object: obj}:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	return nil
}
