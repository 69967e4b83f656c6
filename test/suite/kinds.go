package suite

import (
	"fmt"

	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/kestra-operator/kestra-operator/schemas/v1alpha1"
)

// PolicyOf returns the part of the spec that all kinds have.
func PolicyOf(obj client.Object) *v1alpha1.SyncPolicy {
	switch obj := obj.(type) {
	case *v1alpha1.KestraFlow:
		return &obj.Spec.SyncPolicy
	case *v1alpha1.KestraKeyValue:
		return &obj.Spec.SyncPolicy
	case *v1alpha1.KestraNamespaceFile:
		return &obj.Spec.SyncPolicy
	}
	panic(fmt.Sprintf("no policy of %T", obj))
}

// StatusOf returns the part of the status that all kinds have.
func StatusOf(obj client.Object) *v1alpha1.SyncStatus {
	switch obj := obj.(type) {
	case *v1alpha1.KestraFlow:
		return &obj.Status.SyncStatus
	case *v1alpha1.KestraKeyValue:
		return &obj.Status.SyncStatus
	case *v1alpha1.KestraNamespaceFile:
		return &obj.Status.SyncStatus
	}
	panic(fmt.Sprintf("no status of %T", obj))
}
