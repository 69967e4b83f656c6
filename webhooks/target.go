package webhooks

import (
	"context"
	"fmt"

	"k8s.io/apimachinery/pkg/types"
	"k8s.io/apimachinery/pkg/util/validation/field"
	"sigs.k8s.io/controller-runtime/pkg/client"
)

// TargetIndex knows which objects keep which targets in Kestra, as far as it has seen them.
type TargetIndex interface {
	// Owner returns the object of a kind that keeps a target: the flow's id, the key or the file's path in
	// a namespace of a tenant. It returns false when there is none, or the index is not complete yet.
	Owner(ctx context.Context, kind, tenant, namespace, name string) (types.NamespacedName, bool)
}

// target is what an object keeps in Kestra; path is the field that names it.
type target struct {
	tenant, namespace, name string
	path                    *field.Path
}

// checkOwner refuses a new object for a target that another one keeps.
func (v *validator[T]) checkOwner(ctx context.Context, obj T) field.ErrorList {
	if v.options.Targets == nil {
		return nil
	}
	t := v.rules.target(obj)
	owner, found := v.options.Targets.Owner(ctx, v.rules.kind, t.tenant, t.namespace, t.name)
	if !found || owner == client.ObjectKeyFromObject(obj) {
		return nil
	}
	return field.ErrorList{field.Forbidden(t.path, fmt.Sprintf(
		"%s %s already keeps this in Kestra: change that object, or delete it first", v.rules.kind, owner))}
}

// checkPolicy refuses a target that the object's Kubernetes namespace may not write to.
func (v *validator[T]) checkPolicy(obj T) field.ErrorList {
	if v.options.TargetPolicy == nil {
		return nil
	}
	t := v.rules.target(obj)
	if err := v.options.TargetPolicy(obj.GetNamespace(), t.tenant, t.namespace); err != nil {
		return field.ErrorList{field.Forbidden(field.NewPath("spec", "namespace"), err.Error())}
	}
	return nil
}
