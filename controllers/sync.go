package controllers

import (
	"context"
	"fmt"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/validation/field"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/kestra-operator/kestra-operator/controllers/kestra"
	"github.com/kestra-operator/kestra-operator/schemas/v1alpha1"
)

// success is a pass at whose end Kestra holds what the object wants.
type success struct {
	reason, message string
	// next is when to look again at the latest; zero for the usual interval.
	next time.Time
}

// pass is what the steps of one pass over an object share.
type pass[T client.Object] struct {
	*Reconciler[T]
	obj    T
	patch  *patcher[T]
	status *v1alpha1.SyncStatus
	policy *v1alpha1.SyncPolicy
	target kestra.Target
	// written is true when what Kestra holds at the target is known to be this object's.
	written bool
	want    wanted
	found   found
	turn    turn
	// drift says what was changed in Kestra and is being put back; empty when nothing was.
	drift string
}

// sync looks at the target, compares, and writes only a difference.
func (r *Reconciler[T]) sync(ctx context.Context, obj T, patch *patcher[T]) (success, error) {
	p := &pass[T]{
		Reconciler: r,
		obj:        obj,
		patch:      patch,
		status:     r.kind.status(obj),
		policy:     r.kind.policy(obj),
		target:     r.targets.resolve(r.kind.target(obj)),
		turn:       turn{turns: r.turns},
	}
	defer p.turn.give()
	for _, step := range []func(context.Context) error{p.turn.take, p.judge, p.claim, p.look, p.own, p.judgeDrift, p.write} {
		if err := step(ctx); err != nil {
			return success{}, asProblem(err)
		}
	}
	p.noteRepair()
	p.status.Target = p.targetStatus(true)
	p.status.Target.Revision = p.want.record()
	if p.found.expired && p.found.settled {
		return success{v1alpha1.ReasonExpired, "the time to live has passed; it is written again when the spec changes", time.Time{}}, nil
	}
	return success{v1alpha1.ReasonSucceeded, "Kestra holds the spec", p.found.next}, nil
}

// claim stops an object whose target belongs to an older one. What it may have written is no longer its own, unless the older
// one is going, and may just have handed it over.
func (p *pass[T]) claim(ctx context.Context) error {
	owner, err := p.targets.owner(ctx, p.kind.kind(), p.target, p.obj)
	if err != nil {
		return err
	}
	if owner != nil {
		if owner.GetDeletionTimestamp().IsZero() {
			p.status.Target = nil
		}
		return &problem{
			reason:  v1alpha1.ReasonConflict,
			message: fmt.Sprintf("%s %s keeps %s in Kestra; delete one of the two", p.kind.kind(), client.ObjectKeyFromObject(owner), p.target),
			stalled: true,
		}
	}
	if t := p.status.Target; t != nil && targetOf(t) != p.target {
		p.status.Target = nil // the default tenant of the operator has changed
	}
	return nil
}

// judge decides whether the object is admitted, and what it wants.
func (p *pass[T]) judge(ctx context.Context) (err error) {
	if err := p.targets.refuses(p.obj, p.target); err != nil {
		return refusal(field.ErrorList{field.Forbidden(field.NewPath("spec", "namespace"), err.Error())})
	}
	p.want, err = p.kind.want(ctx, p.obj, p.target)
	return err
}

// look reads what Kestra holds. Where that is known without a call, Kestra is not called again before the intent is
// stored, and another pass has its turn meanwhile.
func (p *pass[T]) look(ctx context.Context) (err error) {
	p.found, err = p.want.look(ctx)
	if p.found.presumed {
		p.turn.give()
	}
	return err
}

// own decides whether what Kestra holds may be changed: because this object wrote it, because it proves to be
// what this object was about to write before a crash, or because the object adopts what others wrote.
func (p *pass[T]) own(context.Context) error {
	if t := p.status.Target; t != nil {
		p.written = t.Written || p.provenBy(t.IntentHash)
	}
	if p.written || !p.found.exists {
		return nil
	}
	refuse := ""
	switch p.policy.AdoptionPolicy {
	case v1alpha1.AdoptionNever:
		refuse = "spec.adoptionPolicy is Never"
	case v1alpha1.AdoptionIfIdentical:
		if !p.found.settled {
			refuse = "spec.adoptionPolicy is IfIdentical, and it differs"
		}
	}
	if refuse == "" {
		return nil
	}
	return &problem{
		reason:  v1alpha1.ReasonNotAdopted,
		message: fmt.Sprintf("%s exists in Kestra, was not written by this object, and %s", p.target, refuse),
		stalled: true,
	}
}

// provenBy is true when Kestra holds what the intent was.
func (p *pass[T]) provenBy(intent string) bool {
	if intent == "" || !p.found.exists {
		return false
	}
	return p.found.hash == intent || (p.found.settled && p.want.hash() == intent)
}

// judgeDrift stops at a target that was changed in Kestra and shall not, or no longer, be put back.
func (p *pass[T]) judgeDrift(context.Context) error {
	if !p.drifted() {
		return nil
	}
	change := "changed"
	if !p.found.exists {
		change = "deleted"
	}
	message := fmt.Sprintf("%s was %s in Kestra%s", p.target, change, p.found.detail)
	if p.policy.DriftPolicy == v1alpha1.DriftReport {
		p.noteDrift(v1alpha1.ReasonDrifted, "reported")
		return &problem{reason: v1alpha1.ReasonDrifted, stalled: true,
			message: message + "; spec.driftPolicy is Report, so it is left as it is"}
	}
	now := p.clock.Now()
	if until := contendedUntil(p.status.RecentRepairs, now); !until.IsZero() {
		p.noteDrift(v1alpha1.ReasonContended, "contended")
		return &problem{reason: v1alpha1.ReasonContended, stalled: true, after: until.Sub(now),
			message: fmt.Sprintf("%s again after %d repairs within %s: someone else keeps it too, so it is left alone for a while. "+
				"Once that is settled, change the annotation %s", message, maxRepairs, repairWindow, v1alpha1.AnnotationReconcileAt)}
	}
	p.drift = message
	return nil
}

// noteDrift notes a change that is left in place, once.
func (p *pass[T]) noteDrift(reason, action string) {
	if !isReason(p.status, reason) {
		now := metav1.NewTime(p.clock.Now())
		p.status.LastDriftAt = &now
		p.events.drift(p.kind.kind(), action)
	}
}

// noteRepair notes a change that was put back.
func (p *pass[T]) noteRepair() {
	if p.drift == "" {
		return
	}
	now := metav1.NewTime(p.clock.Now())
	p.status.LastDriftAt = &now
	p.status.RecentRepairs = appendRepair(p.status.RecentRepairs, now)
	p.events.drift(p.kind.kind(), "repaired")
	p.events.repair(p.obj, p.drift+" and put back")
}

// drifted is true when Kestra held what the spec still says, and no longer does. After a write whose outcome was
// lost, a difference may be this object's own.
func (p *pass[T]) drifted() bool {
	t := p.status.Target
	return p.written && !p.found.settled && !p.found.expired && t != nil && t.IntentHash == p.want.hash() &&
		p.kind.recorded(p.obj) == p.want.hash()
}

// write makes the target equal to the spec, if it is not. Before it writes something new, the object gets its
// finalizer and its status says what is about to be written.
func (p *pass[T]) write(ctx context.Context) error {
	if err := p.patch.hold(ctx); err != nil {
		return err
	}
	if p.found.settled {
		return nil
	}
	if t := p.status.Target; t == nil || !t.Written || t.IntentHash != p.want.hash() {
		p.status.Target = p.targetStatus(p.written)
		conditions{status: p.status, generation: p.obj.GetGeneration()}.progressing()
		if err := p.patch.status(ctx); err != nil {
			return err
		}
	}
	if err := p.turn.take(ctx); err != nil {
		return err
	}
	err := p.want.write(ctx)
	if p.found.presumed && kestra.IsConflict(err) {
		return p.writeAfterAll(ctx)
	}
	return err
}

// writeAfterAll starts again from a look, since something is there after all. None of it was written by this object,
// whose intent of a moment ago is no proof.
func (p *pass[T]) writeAfterAll(ctx context.Context) error {
	p.status.Target = nil
	for _, step := range []func(context.Context) error{p.look, p.own, p.judgeDrift, p.write} {
		if err := step(ctx); err != nil {
			return err
		}
	}
	return nil
}

func (p *pass[T]) targetStatus(written bool) *v1alpha1.TargetStatus {
	return &v1alpha1.TargetStatus{
		Tenant:     p.target.Tenant,
		Namespace:  p.target.Namespace,
		Name:       p.target.Name,
		IntentHash: p.want.hash(),
		Written:    written,
	}
}
