package controllers

import (
	"context"
	"fmt"
	"iter"
	"sync/atomic"
	"time"

	"k8s.io/apimachinery/pkg/util/sets"
	"k8s.io/apimachinery/pkg/util/wait"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/event"
	"sigs.k8s.io/controller-runtime/pkg/log"

	"github.com/kestra-operator/kestra-operator/controllers/kestra"
)

// lister is the strategy of a kind whose targets Kestra lists with their revisions.
type lister interface {
	// list yields every target of a tenant with its revision.
	list(ctx context.Context, tenant string) iter.Seq2[listed, error]
}

// listed is one line of a list.
type listed struct {
	target   kestra.Target
	revision int64
}

// driftSweep finds the targets of one kind that were changed or deleted in Kestra. It reads lists, page by page,
// instead of every target, and has the controller look only at those whose revision is not the one in status.
type driftSweep[T client.Object] struct {
	cache    client.Reader
	kind     strategy[T]
	lister   lister
	interval time.Duration
	// suspects are the objects to look at.
	suspects chan event.GenericEvent
	// failing is true when the last sweep did not reach its end.
	failing atomic.Bool
}

// Start sweeps until the context ends. It runs on the leader only.
func (s *driftSweep[T]) Start(ctx context.Context) error {
	ctx = log.IntoContext(ctx, log.FromContext(ctx).WithValues("kind", s.kind.kind()))
	wait.JitterUntilWithContext(ctx, func(ctx context.Context) {
		err := s.sweep(ctx)
		if failed := err != nil && ctx.Err() == nil; s.failing.Swap(failed) != failed {
			log.FromContext(ctx).Info("The sweep for drift has changed", "failing", failed, "error", fmt.Sprint(err))
		}
	}, s.interval, jitter, true)
	return nil
}

// covers is true while sweeps find what a look at each target would.
func (s *driftSweep[T]) covers() bool { return s != nil && !s.failing.Load() }

// sweep makes one round over all tenants. What was created or deleted during a list can be missing from it, so
// a difference is a reason to look, never proof.
func (s *driftSweep[T]) sweep(ctx context.Context) error {
	settled, err := s.settled(ctx)
	if err != nil {
		return err
	}
	tenants := sets.New[string]()
	for target := range settled {
		tenants.Insert(target.Tenant)
	}
	for tenant := range tenants {
		for line, err := range s.lister.list(ctx, tenant) {
			if err != nil {
				return err
			}
			if obj, ours := settled[line.target]; ours && s.kind.status(obj).Target.Revision == line.revision {
				delete(settled, line.target)
			}
		}
	}
	for _, obj := range settled {
		select {
		case s.suspects <- event.GenericEvent{Object: obj}:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	return nil
}

// settled returns the objects that have something in Kestra, by target.
func (s *driftSweep[T]) settled(ctx context.Context) (map[kestra.Target]T, error) {
	list := s.kind.newList()
	if err := s.cache.List(ctx, list); err != nil {
		return nil, fmt.Errorf("list the objects of kind %s: %w", s.kind.kind(), err)
	}
	settled := map[kestra.Target]T{}
	for _, item := range items[T](list) {
		obj := item.(T)
		status := s.kind.status(obj)
		if hasWritten(status) && !s.kind.policy(obj).Suspend && obj.GetDeletionTimestamp().IsZero() {
			settled[targetOf(status.Target)] = obj
		}
	}
	return settled, nil
}
