package controllers

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"k8s.io/apimachinery/pkg/api/equality"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/controller/controllerutil"

	"github.com/kestra-operator/kestra-operator/schemas/v1alpha1"
)

// fieldOwner is the manager of the fields that the controllers write.
const fieldOwner = client.FieldOwner("kestra-operator")

// errForeignAnswer is a success that was told by someone between the operator and the API server.
var errForeignAnswer = errors.New("the answer is not the object, so it was not the API server's")

// patcher writes an object's status and finalizer, as differences to what was last read or written.
type patcher[T client.Object] struct {
	client client.Client
	obj    T
	base   T
	// gone is true once the object may no longer be there.
	gone bool
}

func newPatcher[T client.Object](c client.Client, obj T) *patcher[T] {
	return &patcher[T]{client: c, obj: obj, base: obj.DeepCopyObject().(T)}
}

// status writes the object's status if it differs. It fails with a conflict when another object has taken the
// name.
func (p *patcher[T]) status(ctx context.Context) error {
	if p.gone || equality.Semantic.DeepEqual(p.base, p.obj) {
		return nil
	}
	base, changed := p.base.DeepCopyObject().(T), p.obj.DeepCopyObject().(T)
	base.SetUID("") // puts the UID into the patch, where it is a precondition
	base.SetResourceVersion("")
	changed.SetResourceVersion("") // the answer tells it
	ctx, cancel := context.WithTimeout(ctx, apiTimeout)
	defer cancel()
	if err := p.client.Status().Patch(ctx, changed, client.MergeFrom(base), fieldOwner); isGone(err) {
		p.gone = true
		return nil
	} else if err != nil {
		return fmt.Errorf("patch the status of %s: %w", client.ObjectKeyFromObject(p.obj), err)
	}
	if changed.GetResourceVersion() == "" {
		return fmt.Errorf("patch the status of %s: %w", client.ObjectKeyFromObject(p.obj), errForeignAnswer)
	}
	// The answer is not taken over: it may hold a newer spec than the one this pass is about.
	p.obj.SetResourceVersion(changed.GetResourceVersion())
	p.base = p.obj.DeepCopyObject().(T)
	return nil
}

// enterpriseFinalizers are what the Enterprise operator's framework leaves on objects of each kind. Once that operator
// is gone nobody else removes them, and the object could never be deleted.
var enterpriseFinalizers = []string{
	"kestraflows." + v1alpha1.GroupName + "/finalizer",
	"kestrakeyvalues." + v1alpha1.GroupName + "/finalizer",
	"kestranamespacefiles." + v1alpha1.GroupName + "/finalizer",
}

// isHeld is true while a finalizer that is this operator's to remove holds the object.
func isHeld(obj client.Object) bool {
	return controllerutil.ContainsFinalizer(obj, v1alpha1.Finalizer) || slices.ContainsFunc(enterpriseFinalizers, func(name string) bool {
		return controllerutil.ContainsFinalizer(obj, name)
	})
}

// hold adds the finalizer if it is not there, in place of one that the Enterprise operator left.
func (p *patcher[T]) hold(ctx context.Context) error {
	return p.finalizers(ctx, func(obj client.Object) {
		controllerutil.AddFinalizer(obj, v1alpha1.Finalizer)
		dropEnterpriseFinalizers(obj)
	})
}

func dropEnterpriseFinalizers(obj client.Object) {
	for _, name := range enterpriseFinalizers {
		controllerutil.RemoveFinalizer(obj, name)
	}
}

// release removes the finalizer, after which the object may be gone.
func (p *patcher[T]) release(ctx context.Context) error {
	p.gone = true
	return unlessGone(p.finalizers(ctx, func(obj client.Object) {
		controllerutil.RemoveFinalizer(obj, v1alpha1.Finalizer)
		dropEnterpriseFinalizers(obj)
	}))
}

// finalizers replaces the list of finalizers if the change makes another one of it, and fails with a conflict when
// someone else has changed the object meanwhile: the list is replaced as a whole.
func (p *patcher[T]) finalizers(ctx context.Context, change func(client.Object)) error {
	changed := p.base.DeepCopyObject().(T)
	change(changed)
	if slices.Equal(p.base.GetFinalizers(), changed.GetFinalizers()) {
		return nil
	}
	patch := client.MergeFromWithOptions(p.base, client.MergeFromWithOptimisticLock{})
	ctx, cancel := context.WithTimeout(ctx, apiTimeout)
	defer cancel()
	if err := p.client.Patch(ctx, changed, patch, fieldOwner); err != nil {
		return fmt.Errorf("patch the finalizers of %s: %w", client.ObjectKeyFromObject(p.obj), err)
	}
	if changed.GetResourceVersion() == "" {
		return fmt.Errorf("patch the finalizers of %s: %w", client.ObjectKeyFromObject(p.obj), errForeignAnswer)
	}
	for _, obj := range []T{p.obj, p.base} {
		obj.SetFinalizers(changed.GetFinalizers())
		obj.SetResourceVersion(changed.GetResourceVersion())
	}
	return nil
}
