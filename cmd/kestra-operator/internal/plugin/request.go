package plugin

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"k8s.io/apimachinery/pkg/types"
	"k8s.io/apimachinery/pkg/util/wait"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/kestra-operator/kestra-operator/schemas/v1alpha1"
)

const (
	// fieldOwner names the writer in managedFields.
	fieldOwner = client.FieldOwner("kubectl-kestra")
	// echoPoll is how often the operator's answer is looked for.
	echoPoll = 300 * time.Millisecond
)

// SetSuspend sets or unsets spec.suspend of an object. It writes nothing, and tells so, when the object is so already.
func SetSuspend(ctx context.Context, c client.Client, object Object, suspend bool) (changed bool, err error) {
	if object.Policy.Suspend == suspend {
		return false, nil
	}
	var value any // null takes the field out
	if suspend {
		value = true
	}
	return true, patch(ctx, c, object, map[string]any{"spec": map[string]any{"suspend": value}})
}

// Request asks the operator to look at an object now. The value is what it will echo in the object's status.
func Request(ctx context.Context, c client.Client, object Object, now time.Time) (value string, err error) {
	value = now.UTC().Format(time.RFC3339Nano)
	return value, patch(ctx, c, object, map[string]any{
		"metadata": map[string]any{"annotations": map[string]any{v1alpha1.AnnotationReconcileAt: value}},
	})
}

// Await waits until the operator has acted upon a request, and returns the object as it was then.
func Await(ctx context.Context, c client.Reader, object Object, value string) (Object, error) {
	err := wait.PollUntilContextCancel(ctx, echoPoll, true, func(ctx context.Context) (bool, error) {
		obj := New(object.Kind)
		if err := c.Get(ctx, client.ObjectKeyFromObject(object), obj); err != nil {
			return false, err
		}
		object, _ = Wrap(obj)
		return object.Status.LastHandledReconcileAt == value, nil
	})
	if wait.Interrupted(err) {
		return object, fmt.Errorf("%s: no operator has answered: is one running that keeps this object? Look with \"kubectl kestra doctor\"", object)
	}
	if err != nil {
		return object, fmt.Errorf("wait for %s: %w", object, err)
	}
	return object, nil
}

func patch(ctx context.Context, c client.Client, object Object, change map[string]any) error {
	text, err := json.Marshal(change)
	if err != nil {
		return fmt.Errorf("encode the change of %s: %w", object, err)
	}
	obj := New(object.Kind)
	obj.SetNamespace(object.GetNamespace())
	obj.SetName(object.GetName())
	if err := c.Patch(ctx, obj, client.RawPatch(types.MergePatchType, text), fieldOwner); err != nil {
		return fmt.Errorf("change %s: %w", object, err)
	}
	return nil
}
