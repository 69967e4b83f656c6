package controllers

import (
	"context"
	"errors"
	"fmt"

	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/log"
	"sigs.k8s.io/controller-runtime/pkg/reconcile"

	"github.com/kestra-operator/kestra-operator/controllers/kestra"
	"github.com/kestra-operator/kestra-operator/schemas/v1alpha1"
)

// finalize deals with the target of an object that is being deleted, and lets the object go.
func (r *Reconciler[T]) finalize(ctx context.Context, obj T, patch *patcher[T]) (reconcile.Result, error) {
	policy, now := r.kind.policy(obj), conditions{status: r.kind.status(obj), generation: obj.GetGeneration()}
	switch {
	case !isHeld(obj):
		return reconcile.Result{}, nil
	case policy.DeletionPolicy == v1alpha1.DeletionOrphan:
		return reconcile.Result{}, patch.release(ctx)
	case policy.Suspend:
		now.suspended("suspended by spec.suspend, the deletion too; unset it, or set spec.deletionPolicy to Orphan")
		return reconcile.Result{}, nil
	}
	err := asProblem(r.removeTarget(ctx, obj))
	r.server.observe(ctx, err)
	if err == nil {
		return reconcile.Result{}, patch.release(ctx)
	}
	var p *problem
	if !errors.As(err, &p) {
		return reconcile.Result{}, err
	}
	now.deleting(p)
	return r.retry(p, policy)
}

// removeTarget deletes from Kestra what the object wrote there, unless another object takes it over.
func (r *Reconciler[T]) removeTarget(ctx context.Context, obj T) error {
	status := r.kind.status(obj)
	if status.Target == nil {
		return nil
	}
	turn := turn{turns: r.turns}
	if err := turn.take(ctx); err != nil {
		return err
	}
	defer turn.give()
	target := targetOf(status.Target)
	// The reason alone is not enough: a Kestra that is away, or suspend, puts another one in its place.
	if isReason(status, v1alpha1.ReasonContended) || !contendedUntil(status.RecentRepairs, r.clock.Now()).IsZero() {
		r.events.left(obj, v1alpha1.ReasonContended, target.String()+" stays in Kestra: someone else keeps it too")
		return nil
	}
	ours, err := r.isOurs(ctx, obj, target)
	if err != nil || !ours {
		return err
	}
	taken, err := r.handOver(ctx, obj, target)
	if err != nil || taken {
		return err
	}
	if refused := r.targets.refuses(obj, target); refused != nil {
		r.events.left(obj, v1alpha1.ReasonValidationError, target.String()+" stays in Kestra: "+refused.Error())
		return nil
	}
	return r.kind.remove(ctx, target)
}

// isOurs is true when this object wrote what Kestra holds: it was seen there, or it equals what the object was about to
// write when it was interrupted, or what it wrote before someone began to change it back.
func (r *Reconciler[T]) isOurs(ctx context.Context, obj T, target kestra.Target) (bool, error) {
	status := r.kind.status(obj)
	recorded := status.Target
	if recorded.IntentHash == "" || (recorded.Written && !disputed(status.RecentRepairs)) {
		return recorded.Written, nil
	}
	want, err := r.kind.want(ctx, obj, target)
	var p *problem
	if errors.As(err, &p) {
		return false, nil // what it wrote cannot be told any more
	}
	if err != nil {
		return false, err
	}
	found, err := want.look(ctx)
	if err != nil {
		return false, err
	}
	return (&pass[T]{want: want, found: found}).provenBy(recorded.IntentHash), nil
}

// handOver gives the target to the object that comes next, so that there is no gap in Kestra. That object may be suspended, or
// not be admitted: it keeps what is there until it is resumed, corrected or deleted.
func (r *Reconciler[T]) handOver(ctx context.Context, obj T, target kestra.Target) (bool, error) {
	heir, err := r.targets.heir(ctx, r.kind.kind(), target, obj)
	if err != nil || heir == nil {
		return false, err
	}
	if err := r.bequeath(ctx, obj, client.ObjectKeyFromObject(heir)); err != nil {
		return false, fmt.Errorf("hand %s over: %w", target, err)
	}
	log.FromContext(ctx).Info("Handed a target over", "target", target.String(), "to", client.ObjectKeyFromObject(heir))
	return true, nil
}

// bequeath makes the proof of ownership that obj has another object's.
func (r *Reconciler[T]) bequeath(ctx context.Context, obj T, heir client.ObjectKey) error {
	next := r.kind.newObject()
	if err := r.live.Get(ctx, heir, next); err != nil {
		return fmt.Errorf("read the next object for it: %w", err)
	}
	if hasWritten(r.kind.status(next)) {
		return nil
	}
	patch := newPatcher(r.client, next)
	if err := patch.hold(ctx); err != nil { // or it could go unnoticed, and leave the target behind
		return err
	}
	handed := *r.kind.status(obj).Target
	handed.Written = true
	r.kind.status(next).Target = &handed
	if err := patch.status(ctx); err != nil {
		return err
	}
	if patch.gone {
		return fmt.Errorf("%s is gone", heir)
	}
	return nil
}
