package controllers

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/controller-runtime/pkg/cache"
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
	cache client.Reader
	// live settles ties, for which the cache may be behind.
	live          client.Reader
	defaultTenant string
	kinds         map[string]indexedKind
	readiness     *readiness
	// allowed is the target policy; nil allows everything.
	allowed func(kubernetesNamespace, tenant, namespace string) error
}

// indexedKind is what the index needs to know of a kind.
type indexedKind struct {
	newObject func() client.Object
	newList   func() client.ObjectList
	items     func(client.ObjectList) []client.Object
	target    func(client.Object) kestra.Target
	status    func(client.Object) *v1alpha1.SyncStatus
	// complete is true once the cache has every object.
	complete func() bool
	// counted is true once readiness has counted all of them.
	counted func() bool
}

// NewTargetIndex adds the index to the manager's cache, before the manager starts. An object without a tenant
// is in the default one.
func NewTargetIndex(ctx context.Context, mgr manager.Manager, defaultTenant string) (*TargetIndex, error) {
	index := &TargetIndex{
		cache: mgr.GetCache(), live: boundedReader{mgr.GetAPIReader()}, defaultTenant: defaultTenant, kinds: map[string]indexedKind{},
	}
	index.readiness = newReadiness(index)
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
	informer, err := mgr.GetCache().GetInformer(ctx, kind.newObject(), cache.BlockUntilSynced(false))
	if err != nil {
		return fmt.Errorf("index %s by target: %w", kind.kind(), err)
	}
	status := func(obj client.Object) *v1alpha1.SyncStatus { return kind.status(obj.(T)) }
	counted, err := informer.AddEventHandler(index.readiness.follow(kind.kind(), status))
	if err != nil {
		return fmt.Errorf("count %s by readiness: %w", kind.kind(), err)
	}
	index.kinds[kind.kind()] = indexedKind{
		newObject: func() client.Object { return kind.newObject() },
		newList:   kind.newList,
		items:     items[T],
		target:    target,
		status:    status,
		complete:  informer.HasSynced,
		counted:   counted.HasSynced,
	}
	return nil
}

// Owner returns the object of a kind that keeps a target. The name is the flow's id, the key or the file's
// path; an empty tenant is the default one. It returns false while the cache is not complete.
func (x *TargetIndex) Owner(ctx context.Context, kind, tenant, namespace, name string) (types.NamespacedName, bool) {
	if known, exists := x.kinds[kind]; !exists || !known.complete() {
		return types.NamespacedName{}, false // a list would wait, and admission with it
	}
	target := x.resolve(kestra.Target{Tenant: tenant, Namespace: namespace, Name: strings.TrimPrefix(name, "/")})
	claimants, err := x.claimants(ctx, kind, target)
	if err != nil || len(claimants) == 0 {
		return types.NamespacedName{}, false
	}
	return client.ObjectKeyFromObject(claimants[0]), true
}

// refuses returns why the target policy does not let an object write to a target; nil when it does.
func (x *TargetIndex) refuses(obj client.Object, target kestra.Target) error {
	if x.allowed == nil {
		return nil
	}
	return x.allowed(obj.GetNamespace(), target.Tenant, target.Namespace)
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

// claimants returns the objects that want a target, its owner first. One that the target policy refuses is none, so that it
// neither blocks nor inherits what it may not write.
func (x *TargetIndex) claimants(ctx context.Context, kindName string, target kestra.Target) ([]client.Object, error) {
	kind, known := x.kinds[kindName]
	if !known {
		return nil, fmt.Errorf("no index of kind %s", kindName)
	}
	list := kind.newList()
	if err := x.cache.List(ctx, list, client.MatchingFields{targetField: target.String()}); err != nil {
		return nil, fmt.Errorf("list the objects of kind %s for %s: %w", kindName, target, err)
	}
	claimants := slices.DeleteFunc(kind.items(list), func(obj client.Object) bool {
		ended := !obj.GetDeletionTimestamp().IsZero() && !controllerutil.ContainsFinalizer(obj, v1alpha1.Finalizer)
		return ended || x.refuses(obj, target) != nil
	})
	slices.SortFunc(claimants, compareAge)
	return claimants, x.breakTie(ctx, kind, claimants)
}

// breakTie puts an object that has claimed the target before the others of the same age, so that an owner does not
// change. Times of creation have whole seconds.
func (x *TargetIndex) breakTie(ctx context.Context, kind indexedKind, claimants []client.Object) error {
	tied := 0
	for tied < len(claimants) && compareAge(claimants[tied], claimants[0]) == 0 {
		tied++
	}
	if tied < 2 {
		return nil
	}
	claims := map[types.UID]bool{}
	for _, claimant := range claimants[:tied] {
		current := kind.newObject()
		if err := x.live.Get(ctx, client.ObjectKeyFromObject(claimant), current); unlessGone(err) != nil {
			return fmt.Errorf("read %s: %w", client.ObjectKeyFromObject(claimant), err)
		}
		claims[current.GetUID()] = kind.status(current).Target != nil
	}
	slices.SortFunc(claimants[:tied], func(a, b client.Object) int {
		return compareClaims(a.GetUID(), b.GetUID(), claims)
	})
	return nil
}

// compareAge sorts the oldest object first.
func compareAge(a, b client.Object) int {
	return a.GetCreationTimestamp().Compare(b.GetCreationTimestamp().Time)
}

// compareClaims sorts an object that has claimed first; among equals, the order is at least always the same.
func compareClaims(a, b types.UID, claims map[types.UID]bool) int {
	if x, y := claims[a], claims[b]; x != y {
		if x {
			return -1
		}
		return 1
	}
	return strings.Compare(string(a), string(b))
}

func hasWritten(status *v1alpha1.SyncStatus) bool {
	return status.Target != nil && status.Target.Written
}

// targetOf is the target that a status speaks of.
func targetOf(recorded *v1alpha1.TargetStatus) kestra.Target {
	return kestra.Target{Tenant: recorded.Tenant, Namespace: recorded.Namespace, Name: recorded.Name}
}
