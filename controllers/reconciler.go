package controllers

import (
	"context"
	"errors"
	"strings"
	"time"

	"k8s.io/apimachinery/pkg/util/wait"
	"k8s.io/utils/clock"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/reconcile"

	"github.com/kestra-operator/kestra-operator/schemas/v1alpha1"
)

// jitter spreads waits by up to this share, so that objects made together do not come back together.
const jitter = 0.2

// sweepsPerLook is how many sweeps, which compare revisions, stand for one look, which compares content.
const sweepsPerLook = 12

// Reconciler keeps the targets of one kind equal to its objects.
type Reconciler[T client.Object] struct {
	// Access to the cluster. Objects are read live: the cache holds no content, and may be behind the intent
	// that a pass just before has recorded.
	client client.Client
	live   client.Reader

	// What is done, and to what.
	kind    strategy[T]
	targets *TargetIndex

	// How the world is told.
	events *outcomes
	server *serverState

	// sweep finds drift in lists.
	sweep *driftSweep[T]

	// turns bound the calls of Kestra.
	turns turns

	// Settings.
	interval time.Duration
	clock    clock.PassiveClock
}

// Reconcile makes one pass over an object. Its status is written at most twice: the intent before the first
// write to Kestra, and the outcome.
func (r *Reconciler[T]) Reconcile(ctx context.Context, req reconcile.Request) (_ reconcile.Result, err error) {
	obj := r.kind.newObject()
	if err := r.live.Get(ctx, req.NamespacedName, obj); err != nil {
		return reconcile.Result{}, unlessGone(err)
	}
	patch := newPatcher(r.client, obj)
	before := patch.base
	defer func() {
		if patchErr := patch.status(ctx); patchErr != nil {
			err = errors.Join(err, patchErr)
			return
		}
		traceOutcome(ctx, r.kind.status(obj))
		r.events.tell(obj, r.kind.status(before), r.kind.status(obj))
	}()

	status, policy := r.kind.status(obj), r.kind.policy(obj)
	now := conditions{status: status, generation: obj.GetGeneration()}
	switch {
	case !obj.GetDeletionTimestamp().IsZero():
		return r.finalize(ctx, obj, patch)
	case policy.Suspend:
		now.suspended("suspended by spec.suspend; Kestra is left as it is")
		return reconcile.Result{}, nil
	}
	r.noteRequest(obj)
	success, err := r.sync(ctx, obj, patch)
	r.server.observe(ctx, err)
	if err == nil {
		now.succeeded(success.reason, success.message)
		return reconcile.Result{RequeueAfter: r.nextLook(policy, true, success.next)}, nil
	}
	var p *problem
	if !errors.As(err, &p) {
		return reconcile.Result{}, err
	}
	p.undecided = r.awaitsVerdict(p)
	now.failed(p)
	return r.retry(p, policy)
}

// awaitsVerdict is true when Kestra has the last word on the object and could not be asked for it.
func (r *Reconciler[T]) awaitsVerdict(p *problem) bool {
	_, judged := any(r.kind).(catalogJudged)
	return judged && (p.reason == v1alpha1.ReasonUnavailable || p.reason == v1alpha1.ReasonUnauthorized)
}

// retry decides when an object with a problem is tried again.
func (r *Reconciler[T]) retry(p *problem, policy *v1alpha1.SyncPolicy) (reconcile.Result, error) {
	switch {
	case p.after > 0:
		return reconcile.Result{RequeueAfter: wait.Jitter(p.after, jitter)}, nil
	case p.stalled:
		return reconcile.Result{RequeueAfter: r.nextLook(policy, false, time.Time{})}, nil
	default:
		return reconcile.Result{}, p // backs off
	}
}

// nextLook returns how long until the target is looked at again: after the interval, or sooner when something is
// known to change, or later when sweeps watch over what is settled.
func (r *Reconciler[T]) nextLook(policy *v1alpha1.SyncPolicy, settled bool, next time.Time) time.Duration {
	interval := r.interval
	switch {
	case policy.Interval != nil && policy.Interval.Duration > 0:
		interval = policy.Interval.Duration
	case settled && r.sweep.covers():
		interval *= sweepsPerLook
	}
	interval = wait.Jitter(interval, jitter)
	if !next.IsZero() {
		// What is overdue, by a clock that is not Kestra's, has as long again: the clocks may be an hour apart.
		interval = min(interval, max(next.Sub(r.clock.Now()).Abs(), time.Second))
	}
	return interval
}

// noteRequest echoes a request to reconcile now. Whoever asks may have settled a dispute over the target, so
// the count of repairs starts anew.
func (r *Reconciler[T]) noteRequest(obj T) {
	status, requested := r.kind.status(obj), echo(obj.GetAnnotations()[v1alpha1.AnnotationReconcileAt])
	if status.LastHandledReconcileAt != requested {
		status.LastHandledReconcileAt = requested
		status.RecentRepairs = nil
	}
}

// echo is what status repeats of an annotation: all of it, letter for letter, since that is what whoever asked waits for,
// unless it is far longer than any time or name.
func echo(requested string) string {
	if len(requested) <= maxConditionMessage {
		return requested
	}
	return strings.ToValidUTF8(requested[:maxConditionMessage], "")
}
