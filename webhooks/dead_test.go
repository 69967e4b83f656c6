package webhooks_test

import (
	"context"
	"testing"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/controller/controllerutil"

	"github.com/kestra-operator/kestra-operator/schemas/v1alpha1"
	"github.com/kestra-operator/kestra-operator/webhooks"
)

// completeSpecs are objects of each kind that admission takes.
var completeSpecs = map[string]map[string]any{
	"KestraFlow":          with(identities["KestraFlow"], map[string]any{"source": labelledSource}),
	"KestraKeyValue":      with(identities["KestraKeyValue"], map[string]any{"value": "Hello", "ttl": "PT1H"}),
	"KestraNamespaceFile": with(identities["KestraNamespaceFile"], map[string]any{"content": "Hello"}),
}

// judgedFields are those whose change asks the webhooks, with another good value.
var judgedFields = map[string]map[string]any{
	"KestraFlow": {"source": labelledSource + "# more\n"},
	"KestraKeyValue": {
		"value": "Hi", "type": "STRING", "ttl": "PT2H", "description": "a note",
		"valueFrom": map[string]any{"secretKeyRef": map[string]any{"name": "a", "key": "b"}},
	},
	"KestraNamespaceFile": {
		"content": "Hi", "binaryContent": "AAAA",
		"contentFrom": map[string]any{"configMapKeyRef": map[string]any{"name": "a", "key": "b"}},
	},
}

func TestInvariant8ADeadWebhookNeverTrapsAnObject(t *testing.T) {
	stop := serveWebhooks(t, webhooks.Options{})
	u := newUser(t, plane.Config())
	namespace := newNamespace(t, u)
	objects := map[string]*unstructured.Unstructured{}
	for kind, spec := range completeSpecs {
		objects[kind] = object(namespace, kind, spec)
		if err := u.Create(t.Context(), objects[kind]); err != nil {
			t.Fatalf("create a good %s: %v", kind, err)
		}
	}
	stop()
	for kind, obj := range objects {
		t.Run(kind+" cannot be created", func(t *testing.T) {
			err := u.Create(t.Context(), object(namespace, kind, completeSpecs[kind]))
			if !apierrors.IsInternalError(err) {
				t.Errorf("the answer is %v, want that the webhook could not be called", err)
			}
		})
		for name, value := range judgedFields[kind] {
			t.Run(kind+" keeps its "+name, func(t *testing.T) {
				changed := obj.DeepCopy()
				set(t, changed, value, "spec", name)
				if err := u.Update(t.Context(), changed); !apierrors.IsInternalError(err) {
					t.Errorf("the answer is %v, want that the webhook could not be called", err)
				}
			})
		}
		t.Run(kind+" can be edited around and deleted", func(t *testing.T) { editAndDelete(t, u, obj) })
	}
}

// editAndDelete makes every edit that must not need an operator, one by one, and deletes the object.
func editAndDelete(t *testing.T, u *user, obj *unstructured.Unstructured) {
	t.Helper()
	edits := []struct {
		name string
		edit func()
	}{
		{"label", func() { obj.SetLabels(map[string]string{"a": "b"}) }},
		{"annotate", func() { obj.SetAnnotations(map[string]string{v1alpha1.AnnotationReconcileAt: "now"}) }},
		{"add a finalizer", func() { controllerutil.AddFinalizer(obj, v1alpha1.Finalizer) }},
		{"suspend", func() { set(t, obj, true, "spec", "suspend") }},
		{"change the deletion policy", func() { set(t, obj, "Orphan", "spec", "deletionPolicy") }},
		{"change the drift policy", func() { set(t, obj, "Report", "spec", "driftPolicy") }},
	}
	for _, e := range edits {
		e.edit()
		if err := u.Update(t.Context(), obj); err != nil {
			t.Fatalf("%s: %v", e.name, err)
		}
	}
	set(t, obj, "why", "status", "reason")
	if err := u.Status().Update(t.Context(), obj); err != nil {
		t.Fatalf("write the status: %v", err)
	}
	if err := u.Delete(t.Context(), obj); err != nil {
		t.Fatalf("delete: %v", err)
	}
	if err := u.Get(t.Context(), client.ObjectKeyFromObject(obj), obj); err != nil {
		t.Fatalf("read the object that is being deleted: %v", err)
	}
	set(t, obj, "Delete", "spec", "deletionPolicy")
	if err := u.Update(t.Context(), obj); err != nil {
		t.Fatalf("change the deletion policy while it is being deleted: %v", err)
	}
	controllerutil.RemoveFinalizer(obj, v1alpha1.Finalizer)
	if err := u.Update(t.Context(), obj); err != nil {
		t.Fatalf("strip the finalizer: %v", err)
	}
	eventually(t, "the object is gone", func(ctx context.Context) (bool, error) {
		err := u.Get(ctx, client.ObjectKeyFromObject(obj), obj)
		return apierrors.IsNotFound(err), client.IgnoreNotFound(err)
	})
}
