package controllers

import (
	"reflect"
	"unique"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"
	toolscache "k8s.io/client-go/tools/cache"
	"sigs.k8s.io/controller-runtime/pkg/cache"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/kestra-operator/kestra-operator/schemas/v1alpha1"
)

// CacheOptions returns the manager's cache options under which no informer holds the content of an object: it
// is large, may be secret, and is read live before it is used.
func CacheOptions() cache.Options {
	return cache.Options{
		DefaultTransform: stripMetadata,
		ByObject: map[client.Object]cache.ByObject{
			&v1alpha1.KestraFlow{}: {Transform: strip(func(obj *v1alpha1.KestraFlow) (tenant, namespace *string, status *v1alpha1.SyncStatus) {
				obj.Spec.Source = ""
				obj.Status.SourceHash, obj.Status.URL = "", ""
				return &obj.Spec.Tenant, &obj.Spec.Namespace, &obj.Status.SyncStatus
			})},
			&v1alpha1.KestraKeyValue{}: {Transform: strip(func(obj *v1alpha1.KestraKeyValue) (tenant, namespace *string, status *v1alpha1.SyncStatus) {
				obj.Spec.Value = nil
				obj.Status.ValueHash = ""
				return &obj.Spec.Tenant, &obj.Spec.Namespace, &obj.Status.SyncStatus
			})},
			&v1alpha1.KestraNamespaceFile{}: {Transform: strip(func(obj *v1alpha1.KestraNamespaceFile) (tenant, namespace *string, status *v1alpha1.SyncStatus) {
				obj.Spec.Content, obj.Spec.BinaryContent = nil, nil
				obj.Status.ContentHash = ""
				return &obj.Spec.Tenant, &obj.Spec.Namespace, &obj.Status.SyncStatus
			})},
		},
	}
}

// stripMetadata takes out of an object what nobody reads from a cache. Of objects of which only the metadata is held, such
// as Secrets, that includes the annotations: client-side apply keeps a copy of the whole object in them.
func stripMetadata(in any) (any, error) {
	if metadata, ok := in.(*metav1.PartialObjectMetadata); ok {
		metadata.Annotations = nil
	}
	return cache.TransformStripManagedFields()(in)
}

// strip returns a transform that takes the content out of an object, and what nobody reads from a cache. What takes the content
// out also says where the parts are that all kinds have.
func strip[T client.Object](content func(T) (tenant, namespace *string, status *v1alpha1.SyncStatus)) toolscache.TransformFunc {
	return func(in any) (any, error) {
		obj, ok := in.(T)
		if !ok || reflect.ValueOf(obj).IsNil() {
			return in, nil // a tombstone, whose object was stripped on its way in
		}
		obj.GetObjectKind().SetGroupVersionKind(schema.GroupVersionKind{}) // the cache knows its kind
		obj.SetManagedFields(nil)
		annotations := obj.GetAnnotations()
		delete(annotations, lastAppliedAnnotation)
		obj.SetAnnotations(annotations)
		namespace := obj.GetNamespace()
		share(&namespace)
		obj.SetNamespace(namespace)
		finalizers := obj.GetFinalizers()
		for i := range finalizers {
			share(&finalizers[i])
		}
		tenant, target, status := content(obj)
		share(tenant, target)
		stripStatus(status)
		return obj, nil
	}
}

// stripStatus keeps of a status what is read from a cache.
func stripStatus(status *v1alpha1.SyncStatus) {
	status.Conditions = onlyReady(status.Conditions)
	for i := range status.Conditions {
		share(&status.Conditions[i].Type, (*string)(&status.Conditions[i].Status), &status.Conditions[i].Reason)
	}
	if target := status.Target; target != nil {
		share(&target.Tenant, &target.Namespace)
	}
}

// share has texts that are the same in many objects take memory once: they are a tenth of a cache.
func share(texts ...*string) {
	for _, text := range texts {
		*text = unique.Make(*text).Value()
	}
}

// lastAppliedAnnotation is where client-side apply keeps a copy of the whole object.
const lastAppliedAnnotation = "kubectl.kubernetes.io/last-applied-configuration"
