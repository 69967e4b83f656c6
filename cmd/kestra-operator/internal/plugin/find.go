package plugin

import (
	"context"
	"fmt"

	"k8s.io/apimachinery/pkg/api/meta"
	"k8s.io/apimachinery/pkg/runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/kestra-operator/kestra-operator/cmd/kestra-operator/internal/selection"
	"github.com/kestra-operator/kestra-operator/schemas/v1alpha1"
)

// pageSize is how many objects are listed at a time: a flow can have a mebibyte.
const pageSize = 100

// Find returns the selected objects of a Kubernetes namespace, of all namespaces when it is empty, in the order of
// kinds and as the API server lists them. The error says which object is not there.
func Find(ctx context.Context, c client.Reader, namespace string, selected selection.Selection) ([]Object, error) {
	var found []Object
	for _, kind := range v1alpha1.Kinds() {
		names, wanted := selected[kind]
		if !wanted {
			continue
		}
		if len(names) == 0 {
			objects, err := list(ctx, c, kind, namespace)
			if err != nil {
				return nil, err
			}
			found = append(found, objects...)
		}
		for _, name := range names {
			obj := New(kind)
			if err := c.Get(ctx, client.ObjectKey{Namespace: namespace, Name: name}, obj); err != nil {
				return nil, fmt.Errorf("read %s %s/%s: %w", kind, namespace, name, err)
			}
			object, _ := Wrap(obj)
			found = append(found, object)
		}
	}
	return found, nil
}

func list(ctx context.Context, c client.Reader, kind, namespace string) ([]Object, error) {
	var found []Object
	for token := ""; ; {
		page := newList(kind)
		if err := c.List(ctx, page, client.InNamespace(namespace), client.Limit(pageSize), client.Continue(token)); err != nil {
			return nil, fmt.Errorf("list objects of kind %s: %w", kind, err)
		}
		err := meta.EachListItem(page, func(item runtime.Object) error {
			if obj, isObject := item.(client.Object); isObject {
				object, _ := Wrap(obj)
				found = append(found, object)
			}
			return nil
		})
		if err != nil {
			return nil, fmt.Errorf("read the list of objects of kind %s: %w", kind, err)
		}
		if token = page.GetContinue(); token == "" {
			return found, nil
		}
	}
}

func newList(kind string) client.ObjectList {
	switch kind {
	case "KestraFlow":
		return &v1alpha1.KestraFlowList{}
	case "KestraKeyValue":
		return &v1alpha1.KestraKeyValueList{}
	default:
		return &v1alpha1.KestraNamespaceFileList{}
	}
}
