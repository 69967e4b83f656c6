package chaos

import (
	"context"
	"fmt"
	"math/rand/v2"
	"strings"
	"time"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/kestra-operator/kestra-operator/schemas/v1alpha1"
	"github.com/kestra-operator/kestra-operator/test/suite"
)

// maxPause is the longest between two actions of a user.
const maxPause = 400 * time.Millisecond

// user changes objects, and somebody at the same desk what is in Kestra, for targets that are the user's own.
type user struct {
	*world
	random  *rand.Rand
	targets []*target
	ctx     context.Context
}

func newUser(w *world, number int, seed uint64) *user {
	u := &user{world: w, random: rand.New(rand.NewPCG(seed, uint64(number))), ctx: w.t.Context()}
	for _, k := range kinds {
		for i := range targetsOfKind {
			name := fmt.Sprintf("t%d%d", number, i)
			u.targets = append(u.targets, &target{kind: k, name: name, may: []string{absent}})
		}
	}
	return u
}

// work acts until the context ends.
func (u *user) work(until context.Context) {
	for until.Err() == nil {
		u.step()
		select {
		case <-until.Done():
		case <-time.After(time.Duration(u.random.Int64N(int64(maxPause)))):
		}
	}
}

// step is one action. Each draws from the random numbers, whatever comes of it, so that the next does not depend on it.
func (u *user) step() {
	t := u.targets[u.random.IntN(len(u.targets))]
	dice, content, which := u.random.IntN(100), fmt.Sprintf("c%d", u.random.IntN(100000)), u.random.IntN(6)
	u.count("actions")
	if len(t.claims) == 0 {
		switch {
		case dice < 70:
			u.create(t, content)
		case dice < 80:
			u.createRefused(t)
		default:
			u.changeInKestra(t, content)
		}
		return
	}
	c := t.claims[which%len(t.claims)]
	if c.deleted || c.perhapsDeleted {
		u.reconcileNow(c, content)
		return
	}
	switch {
	case dice < 45:
		u.update(t, c, content)
	case dice < 57:
		u.delete(t, c)
	case dice < 63:
		u.toggle(c, "suspend")
	case dice < 68:
		u.toggle(c, "orphan")
	case dice < 73 && len(t.claims) < 2:
		u.create(t, content) // a second object, which admission refuses where it knows of the first
	case dice < 80:
		u.updateRefused(t, c)
	case dice < 88:
		u.reconcileNow(c, content)
	default:
		u.changeInKestra(t, content)
	}
}

// patch changes an object as kubectl does. The error is nil when the API server said that it is stored.
func (u *user) patch(c *claim, change func(client.Object)) error {
	ctx, cancel := context.WithTimeout(u.ctx, callTimeout)
	defer cancel()
	changed := c.obj.DeepCopyObject().(client.Object)
	change(changed)
	return u.client.Patch(ctx, changed, client.MergeFrom(c.obj))
}

func (u *user) create(t *target, content string) {
	ctx, cancel := context.WithTimeout(u.ctx, callTimeout)
	defer cancel()
	t.count++
	c := &claim{obj: t.newObject(fmt.Sprintf("%s-%d", t.name, t.count), t.name)}
	obj := c.obj.DeepCopyObject().(client.Object)
	t.edit(obj, t.name, content)
	switch err := u.client.Create(ctx, obj); {
	case err == nil:
		c.acknowledged = content
		u.count("creations")
	case wasRefused(err):
		if apierrors.IsInvalid(err) && len(t.claims) == 0 && !u.hasPredecessor(t) {
			u.differs("a good %s was refused: %v", t.kind.name, err)
		}
		return
	default:
		c.doubtful = []string{content}
	}
	c.since = []string{content}
	// What the object is made of until it is edited.
	t.edit(c.obj, t.name, content)
	t.claims = append(t.claims, c)
}

// hasPredecessor is true when an object of the target may still be there, on its way out.
func (u *user) hasPredecessor(t *target) bool { return t.count > 1 }

// createRefused tries to store what must not be.
func (u *user) createRefused(t *target) {
	ctx, cancel := context.WithTimeout(u.ctx, callTimeout)
	defer cancel()
	obj := t.newObject(t.name+"-bad", t.name)
	t.edit(obj, t.name, "bad")
	spoil(obj)
	if err := u.client.Create(ctx, obj); err == nil {
		u.differs("a bad %s was stored", t.kind.name)
	}
	u.count("bad objects")
}

func (u *user) updateRefused(t *target, c *claim) {
	err := u.patch(c, func(obj client.Object) {
		t.edit(obj, t.name, "bad")
		spoil(obj)
	})
	if err == nil {
		u.differs("a %s was changed to a bad one", t.kind.name)
	}
	u.count("bad objects")
}

// spoil makes an object one that Kestra would not take.
func spoil(obj client.Object) {
	switch obj := obj.(type) {
	case *v1alpha1.KestraFlow:
		obj.Spec.Source = strings.Replace(obj.Spec.Source, "message:", "mesage:", 1)
	case *v1alpha1.KestraKeyValue:
		obj.Spec.Type = "NUMBER"
	case *v1alpha1.KestraNamespaceFile:
		obj.Spec.BinaryContent = []byte("and this")
	}
}

func (u *user) update(t *target, c *claim, content string) {
	err := u.patch(c, func(obj client.Object) { t.edit(obj, t.name, content) })
	switch {
	case err == nil:
		c.acknowledged, c.doubtful = content, nil
		c.since = append(c.since, content)
		t.edit(c.obj, t.name, content)
		u.count("updates")
	case !wasRefused(err):
		c.doubtful = append(c.doubtful, content)
		c.since = append(c.since, content)
		t.edit(c.obj, t.name, "") // differs from any, so that the next patch says all
	}
}

func (u *user) delete(t *target, c *claim) {
	if c.suspended || c.unsure {
		return // its deletion would wait for it to be resumed
	}
	ctx, cancel := context.WithTimeout(u.ctx, callTimeout)
	defer cancel()
	err := u.client.Delete(ctx, c.obj)
	u.neverTrapped("the deletion", err)
	switch {
	case err == nil || apierrors.IsNotFound(err):
		c.deleted = true
		u.count("deletions")
	default:
		c.perhapsDeleted = true
	}
	t.afterDeletion(c)
}

// toggle changes what no webhook is asked about.
func (u *user) toggle(c *claim, what string) {
	err := u.patch(c, func(obj client.Object) {
		policy := suite.PolicyOf(obj)
		if what == "suspend" {
			policy.Suspend = !c.suspended
			return
		}
		policy.DeletionPolicy = v1alpha1.DeletionOrphan
		if c.orphan {
			policy.DeletionPolicy = v1alpha1.DeletionDelete
		}
	})
	u.neverTrapped("the change of "+what, err)
	switch {
	case err != nil:
		c.unsure = c.unsure || !apierrors.IsNotFound(err)
	case what == "suspend":
		c.suspended = !c.suspended
		suite.PolicyOf(c.obj).Suspend = c.suspended
	default:
		c.orphan = !c.orphan
		suite.PolicyOf(c.obj).DeletionPolicy = v1alpha1.DeletionDelete
		if c.orphan {
			suite.PolicyOf(c.obj).DeletionPolicy = v1alpha1.DeletionOrphan
		}
	}
	u.count("toggles")
}

func (u *user) reconcileNow(c *claim, stamp string) {
	err := u.patch(c, func(obj client.Object) {
		obj.SetAnnotations(map[string]string{v1alpha1.AnnotationReconcileAt: stamp})
	})
	u.neverTrapped("a request to reconcile", err)
}

// changeInKestra is what somebody there does.
func (u *user) changeInKestra(t *target, content string) {
	if !t.mayBeChanged(time.Now()) {
		return
	}
	u.count("changes in Kestra")
	if strings.HasSuffix(content, "7") {
		t.remove(u.kestra, t.name)
		t.mayHold(absent)
		return
	}
	t.put(u.kestra, t.name, "theirs-"+content)
	t.mayHold(t.holds(u.kestra, t.name))
}

// neverTrapped notes a difference when a change that nobody judges failed for want of the operator.
func (u *user) neverTrapped(what string, err error) {
	if err != nil && strings.Contains(err.Error(), "webhook") {
		u.differs("%s needed the operator: %v", what, err)
	}
}

// wasRefused is true when the API server surely has not stored anything.
func wasRefused(err error) bool {
	return apierrors.IsInvalid(err) || apierrors.IsForbidden(err) || apierrors.IsNotFound(err) || apierrors.IsAlreadyExists(err) ||
		apierrors.IsConflict(err) || strings.Contains(err.Error(), "failed calling webhook")
}
