package controllers

import (
	"context"
	"fmt"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/meta"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/client-go/util/workqueue"
	"sigs.k8s.io/controller-runtime/pkg/builder"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/event"
	"sigs.k8s.io/controller-runtime/pkg/handler"
	"sigs.k8s.io/controller-runtime/pkg/log"
	"sigs.k8s.io/controller-runtime/pkg/manager"
	"sigs.k8s.io/controller-runtime/pkg/predicate"
	"sigs.k8s.io/controller-runtime/pkg/reconcile"

	"github.com/kestra-operator/kestra-operator/schemas/v1alpha1"
)

// Names of the cache's indices from Secrets and ConfigMaps to the objects that read them.
const (
	secretField    = "kestra.secret"
	configMapField = "kestra.configMap"
)

// reconcileRequested lets through an update that asks for a reconcile now.
type reconcileRequested struct{ predicate.Funcs }

func (reconcileRequested) Update(e event.UpdateEvent) bool {
	const name = v1alpha1.AnnotationReconcileAt
	return e.ObjectOld.GetAnnotations()[name] != e.ObjectNew.GetAnnotations()[name]
}

// siblings enqueues the other objects of a target when one comes or goes: who keeps it may have changed.
func siblings[T client.Object](targets *TargetIndex, kind strategy[T]) handler.EventHandler {
	type queue = workqueue.TypedRateLimitingInterface[reconcile.Request]
	enqueue := func(ctx context.Context, obj client.Object, q queue) {
		claimants, err := targets.claimants(ctx, kind.kind(), targets.resolve(kind.target(obj.(T))))
		if err != nil {
			log.FromContext(ctx).Error(err, "Objects of a target are not told that another one came or went")
		}
		for _, claimant := range claimants {
			if claimant.GetUID() != obj.GetUID() {
				q.Add(reconcile.Request{NamespacedName: client.ObjectKeyFromObject(claimant)})
			}
		}
	}
	return handler.Funcs{
		CreateFunc: func(ctx context.Context, e event.CreateEvent, q queue) { enqueue(ctx, e.Object, q) },
		DeleteFunc: func(ctx context.Context, e event.DeleteEvent, q queue) { enqueue(ctx, e.Object, q) },
	}
}

// watchReferences makes a change of a Secret or ConfigMap reconcile the objects that read it. Only metadata is
// watched and cached.
func watchReferences[T client.Object](mgr manager.Manager, build *builder.Builder, kind strategy[T], reads referrer[T]) error {
	for field, watched := range map[string]struct {
		obj  client.Object
		name func(*v1alpha1.ValueSource) *v1alpha1.KeyReference
	}{
		secretField:    {&corev1.Secret{}, func(s *v1alpha1.ValueSource) *v1alpha1.KeyReference { return s.SecretKeyRef }},
		configMapField: {&corev1.ConfigMap{}, func(s *v1alpha1.ValueSource) *v1alpha1.KeyReference { return s.ConfigMapKeyRef }},
	} {
		index := func(obj client.Object) []string {
			source := reads.references(obj.(T))
			if source == nil || watched.name(source) == nil {
				return nil
			}
			return []string{watched.name(source).Name}
		}
		if err := mgr.GetFieldIndexer().IndexField(context.Background(), kind.newObject(), field, index); err != nil {
			return fmt.Errorf("index %s by what it reads: %w", kind.kind(), err)
		}
		build.WatchesMetadata(watched.obj, handler.EnqueueRequestsFromMapFunc(readers(mgr.GetCache(), kind, field)))
	}
	return nil
}

// readers lists the objects that read a Secret or ConfigMap.
func readers[T client.Object](cache client.Reader, kind strategy[T], field string) handler.MapFunc {
	return func(ctx context.Context, changed client.Object) []reconcile.Request {
		list := kind.newList()
		err := cache.List(ctx, list, client.InNamespace(changed.GetNamespace()), client.MatchingFields{field: changed.GetName()})
		if err != nil {
			log.FromContext(ctx).Error(err, "Objects are not told that what they read has changed", "name", changed.GetName())
			return nil
		}
		var requests []reconcile.Request
		for _, obj := range items[T](list) {
			requests = append(requests, reconcile.Request{NamespacedName: client.ObjectKeyFromObject(obj)})
		}
		return requests
	}
}

// items returns the objects of a list.
func items[T client.Object](list client.ObjectList) []client.Object {
	var objects []client.Object
	_ = meta.EachListItem(list, func(item runtime.Object) error { // never fails for the lists of this package
		objects = append(objects, item.(T))
		return nil
	})
	return objects
}
