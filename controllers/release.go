package controllers

import (
	"context"
	"fmt"

	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/controller/controllerutil"

	"github.com/kestra-operator/kestra-operator/schemas/v1alpha1"
)

// Release removes the finalizer of every object of all kinds that the options select, so that each can be deleted
// without an operator. Kestra is left as it is. It returns how many objects were released. An operator that is
// running takes hold of them again.
func Release(ctx context.Context, c client.Client, options ...client.ListOption) (int, error) {
	released := 0
	for _, release := range []func() (int, error){
		func() (int, error) { return releaseKind(ctx, c, &flowStrategy{}, options) },
		func() (int, error) { return releaseKind(ctx, c, &keyValueStrategy{}, options) },
		func() (int, error) { return releaseKind(ctx, c, &fileStrategy{}, options) },
	} {
		count, err := release()
		released += count
		if err != nil {
			return released, err
		}
	}
	return released, nil
}

func releaseKind[T client.Object](ctx context.Context, c client.Client, kind strategy[T], options []client.ListOption) (int, error) {
	list := kind.newList()
	if err := c.List(ctx, list, options...); err != nil {
		return 0, fmt.Errorf("list the objects of kind %s: %w", kind.kind(), err)
	}
	released := 0
	for _, obj := range items[T](list) {
		if !controllerutil.ContainsFinalizer(obj, v1alpha1.Finalizer) {
			continue
		}
		if err := newPatcher(c, obj.(T)).release(ctx); err != nil {
			return released, err
		}
		released++
	}
	return released, nil
}
