package controllers

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/controller/controllerutil"
	"sigs.k8s.io/controller-runtime/pkg/manager"

	"github.com/kestra-operator/kestra-operator/controllers/kestra"
	"github.com/kestra-operator/kestra-operator/schemas/v1alpha1"
)

// targetField is the name of the cache's index from targets to objects.
const targetField = "kestra.target"

// TargetIndex knows, from the manager's cache, which objects claim which targets in Kestra. The oldest claim
// wins. It serves every replica, leader or not.
type TargetIndex struct {
	reader        client.Reader
	defaultTenant string
	kinds         map[string]indexedKind
}

// indexedKind is what the index needs to know of a kind.
type indexedKind struct {
	newList func() client.ObjectList
	items   func(client.ObjectList) []client.Object
	target  func(client.Object) kestra.Target
	status  func(client.Object) *v1alpha1.SyncStatus
}

// NewTargetIndex adds the index to the manager's cache, before the manager starts. An object without a tenant
// is in the default one.
func NewTargetIndex(ctx context.Context, mgr manager.Manager, defaultTenant string) (*TargetIndex, error) {
	index := &TargetIndex{reader: mgr.GetCache(), defaultTenant: defaultTenant, kinds: map[string]indexedKind{}}
	for _, add := range []func() error{
		func() error { return addToIndex(ctx, mgr, index, &flowStrategy{}) },
		func() error { return addToIndex(ctx, mgr, index, &keyValueStrategy{}) },
		func() error { return addToIndex(ctx, mgr, index, &fileStrategy{}) },
	} {
		if err := add(); err != nil {
			return nil, err
		}
	}
	return index, nil
}

func addToIndex[T client.Object](ctx context.Context, mgr manager.Manager, index *TargetIndex, kind strategy[T]) error {
	target := func(obj client.Object) kestra.Target { return index.resolve(kind.target(obj.(T))) }
	err := mgr.GetFieldIndexer().IndexField(ctx, kind.newObject(), targetField, func(obj client.Object) []string {
		t := target(obj)
		if t.Namespace == "" || t.Name == "" {
			return nil // an incomplete object claims nothing
		}
		return []string{t.String()}
	})
	if err != nil {
		return fmt.Errorf("index %s by target: %w", kind.kind(), err)
	}
	index.kinds[kind.kind()] = indexedKind{
		newList: kind.newList,
		items:   items[T],
		target:  target,
		status:  func(obj client.Object) *v1alpha1.SyncStatus { return kind.status(obj.(T)) },
	}
	return nil
}

// Owner returns the object of a kind that keeps a target. The name is the flow's id, the key or the file's
// path; an empty tenant is the default one. It returns false while the cache is not complete.
func (x *TargetIndex) Owner(ctx context.Context, kind, tenant, namespace, name string) (types.NamespacedName, bool) {
	target := x.resolve(kestra.Target{Tenant: tenant, Namespace: namespace, Name: strings.TrimPrefix(name, "/")})
	claimants, err := x.claimants(ctx, kind, target)
	if err != nil || len(claimants) == 0 {
		return types.NamespacedName{}, false
	}
	return client.ObjectKeyFromObject(claimants[0]), true
}

// resolve fills in the default tenant.
func (x *TargetIndex) resolve(target kestra.Target) kestra.Target {
	if target.Tenant == "" {
		target.Tenant = x.defaultTenant
	}
	return target
}

// owner returns the other object that keeps a target, nil when obj may.
func (x *TargetIndex) owner(ctx context.Context, kind string, target kestra.Target, obj client.Object) (client.Object, error) {
	claimants, err := x.claimants(ctx, kind, target)
	if err != nil || len(claimants) == 0 || claimants[0].GetUID() == obj.GetUID() {
		return nil, err
	}
	for _, claimant := range claimants {
		if claimant.GetUID() == obj.GetUID() {
			return claimants[0], nil
		}
	}
	return nil, fmt.Errorf("the cache does not have %s yet", client.ObjectKeyFromObject(obj))
}

// heir returns the object that comes after obj and is not being deleted, nil when there is none.
func (x *TargetIndex) heir(ctx context.Context, kind string, target kestra.Target, obj client.Object) (client.Object, error) {
	claimants, err := x.claimants(ctx, kind, target)
	if err != nil {
		return nil, err
	}
	for _, claimant := range claimants {
		if claimant.GetUID() != obj.GetUID() && claimant.GetDeletionTimestamp().IsZero() {
			return claimant, nil
		}
	}
	return nil, nil
}

// claimants returns the objects that want a target, its owner first.
func (x *TargetIndex) claimants(ctx context.Context, kindName string, target kestra.Target) ([]client.Object, error) {
	kind, known := x.kinds[kindName]
	if !known {
		return nil, fmt.Errorf("no index of kind %s", kindName)
	}
	list := kind.newList()
	if err := x.reader.List(ctx, list, client.MatchingFields{targetField: target.String()}); err != nil {
		return nil, fmt.Errorf("list the objects of kind %s for %s: %w", kindName, target, err)
	}
	claimants := slices.DeleteFunc(kind.items(list), func(obj client.Object) bool {
		return !obj.GetDeletionTimestamp().IsZero() && !controllerutil.ContainsFinalizer(obj, v1alpha1.Finalizer)
	})
	slices.SortFunc(claimants, func(a, b client.Object) int { return compareAge(kind, a, b) })
	return claimants, nil
}

// compareAge sorts the oldest object first. Times of creation have whole seconds; within one, an object that has
// written comes first, so that an owner does not change.
func compareAge(kind indexedKind, a, b client.Object) int {
	if c := a.GetCreationTimestamp().Compare(b.GetCreationTimestamp().Time); c != 0 {
		return c
	}
	if x, y := hasWritten(kind.status(a)), hasWritten(kind.status(b)); x != y {
		if x {
			return -1
		}
		return 1
	}
	return strings.Compare(string(a.GetUID()), string(b.GetUID()))
}

func hasWritten(status *v1alpha1.SyncStatus) bool {
	return status.Target != nil && status.Target.Written
}

// targetOf is the target that a status speaks of.
func targetOf(recorded *v1alpha1.TargetStatus) kestra.Target {
	return kestra.Target{Tenant: recorded.Tenant, Namespace: recorded.Namespace, Name: recorded.Name}
}
