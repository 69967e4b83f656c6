package controllers

import (
	"context"
	"fmt"
	"iter"
	"maps"
	"sync/atomic"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/sets"
	"k8s.io/apimachinery/pkg/util/wait"
	"sigs.k8s.io/controller-runtime/pkg/builder"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/event"
	"sigs.k8s.io/controller-runtime/pkg/handler"
	"sigs.k8s.io/controller-runtime/pkg/log"
	"sigs.k8s.io/controller-runtime/pkg/manager"
	"sigs.k8s.io/controller-runtime/pkg/source"

	"github.com/kestra-operator/kestra-operator/controllers/kestra"
)

// listed is one line of a list.
type listed struct {
	target kestra.Target
	// revision is 0 when Kestra does not tell; such a target is looked at.
	revision int64
}

// driftSweep finds the targets of one kind that were changed or deleted in Kestra. It reads lists instead of every
// target, and has the controller look only at those whose revision is not the one in status.
type driftSweep[T client.Object] struct {
	cache    client.Reader
	kind     strategy[T]
	interval time.Duration
	// suspects are the objects to look at.
	suspects chan event.GenericEvent
	// failing is true when the last sweep did not reach its end.
	failing atomic.Bool
}

// watchDrift makes what a sweep finds reconcile the objects.
func watchDrift[T client.Object](mgr manager.Manager, build *builder.Builder, sweep *driftSweep[T]) error {
	build.WatchesRawSource(source.Channel(sweep.suspects, &handler.EnqueueRequestForObject{}))
	if err := mgr.Add(sweep); err != nil {
		return fmt.Errorf("set up the sweep of %s: %w", sweep.kind.kind(), err)
	}
	return nil
}

// Start sweeps until the context ends. It runs on the leader only.
func (s *driftSweep[T]) Start(ctx context.Context) error {
	ctx = log.IntoContext(ctx, log.FromContext(ctx).WithValues("kind", s.kind.kind()))
	wait.JitterUntilWithContext(ctx, func(ctx context.Context) {
		ctx, span := tracer.Start(ctx, "sweep "+s.kind.kind())
		defer span.End()
		err := s.sweep(ctx)
		if failed := err != nil && ctx.Err() == nil; s.failing.Swap(failed) != failed {
			s.logChange(ctx, err)
		}
	}, s.interval, jitter, true)
	return nil
}

// logChange says that sweeps fail now, or that they do not any more.
func (s *driftSweep[T]) logChange(ctx context.Context, err error) {
	if err != nil {
		log.FromContext(ctx).Error(err, "The sweep for drift fails", "failing", true)
		return
	}
	log.FromContext(ctx).Info("The sweep for drift works again", "failing", false)
}

// covers is true while sweeps find what a look at each target would.
func (s *driftSweep[T]) covers() bool { return !s.failing.Load() }

// sweep makes one round over all lists. What was created or deleted during a list can be missing from it, so
// a difference is a reason to look, never proof.
func (s *driftSweep[T]) sweep(ctx context.Context) error {
	settled, err := s.settled(ctx)
	if err != nil {
		return err
	}
	for place := range placesOf(s.kind, maps.Keys(settled)) {
		for line, err := range s.kind.list(ctx, place) {
			if err != nil {
				return err
			}
			kept, ours := settled[line.target]
			if ours && line.revision != 0 && line.revision == kept.revision {
				delete(settled, line.target)
			}
		}
	}
	for _, kept := range settled {
		obj := &metav1.PartialObjectMetadata{ObjectMeta: metav1.ObjectMeta{Namespace: kept.key.Namespace, Name: kept.key.Name}}
		select {
		case s.suspects <- event.GenericEvent{Object: obj}:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	return nil
}

// placesOf returns what to list for all targets to be seen.
func placesOf[T client.Object](kind strategy[T], targets iter.Seq[kestra.Target]) sets.Set[kestra.Target] {
	places := sets.New[kestra.Target]()
	for target := range targets {
		places.Insert(kind.place(target))
	}
	return places
}

// settled is an object that has something in Kestra, and the revision that it wrote. It holds no more than that: there may be
// a hundred thousand, for as long as a sweep takes.
type settled struct {
	key      client.ObjectKey
	revision int64
}

// settled returns the objects that have something in Kestra, by target.
func (s *driftSweep[T]) settled(ctx context.Context) (map[kestra.Target]settled, error) {
	list := s.kind.newList()
	if err := s.cache.List(ctx, list, client.UnsafeDisableDeepCopy); err != nil { // nothing is changed
		return nil, fmt.Errorf("list the objects of kind %s: %w", s.kind.kind(), err)
	}
	byTarget := map[kestra.Target]settled{}
	for _, item := range items[T](list) {
		obj := item.(T)
		status := s.kind.status(obj)
		if hasWritten(status) && !s.kind.policy(obj).Suspend && obj.GetDeletionTimestamp().IsZero() {
			byTarget[targetOf(status.Target)] = settled{client.ObjectKeyFromObject(obj), status.Target.Revision}
		}
	}
	return byTarget, nil
}
