package diff

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"

	corev1 "k8s.io/api/core/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/kestra-operator/kestra-operator/schemas/keyvalue"
	"github.com/kestra-operator/kestra-operator/schemas/v1alpha1"
)

// value returns the value that an object says, and whether it comes from a Secret.
func (c Comparer) value(ctx context.Context, obj *v1alpha1.KestraKeyValue) (value string, secret bool, err error) {
	switch {
	case obj.Spec.Value != nil:
		return *obj.Spec.Value, false, nil
	case obj.Spec.ValueFrom == nil:
		return "", false, errors.New("spec has neither value nor valueFrom")
	}
	content, err := c.referred(ctx, obj.Namespace, obj.Spec.ValueFrom)
	return string(content), obj.Spec.ValueFrom.SecretKeyRef != nil, err
}

// entryText is an entry for people to compare: its type, since that may be all that differs, and its value as a spec says it.
func entryText(typ, value string) string {
	if typ == "" {
		typ = string(keyvalue.String)
	}
	return typ + "\n" + value + "\n"
}

// plainText is a value that the server gave as JSON, texts without their quotes.
func plainText(value json.RawMessage) string {
	var text string
	if err := json.Unmarshal(value, &text); err != nil {
		return string(value)
	}
	return text
}

// content returns the content that an object says, and whether it comes from a Secret.
func (c Comparer) content(ctx context.Context, obj *v1alpha1.KestraNamespaceFile) (content []byte, secret bool, err error) {
	switch {
	case obj.Spec.Content != nil:
		return []byte(*obj.Spec.Content), false, nil
	case obj.Spec.ContentFrom == nil:
		return obj.Spec.BinaryContent, false, nil
	}
	content, err = c.referred(ctx, obj.Namespace, obj.Spec.ContentFrom)
	return content, obj.Spec.ContentFrom.SecretKeyRef != nil, err
}

// Holder names a Secret or a ConfigMap.
type Holder struct{ Kind, Namespace, Name string }

// HolderOf returns the name of a Secret or ConfigMap, and what it holds, by key; false of any other object.
func HolderOf(obj client.Object) (holder Holder, held map[string][]byte, ok bool) {
	held = map[string][]byte{}
	switch o := obj.(type) {
	case *corev1.Secret:
		maps.Copy(held, o.Data)
		for key, text := range o.StringData {
			held[key] = []byte(text)
		}
		return Holder{"Secret", o.Namespace, o.Name}, held, true
	case *corev1.ConfigMap:
		maps.Copy(held, o.BinaryData)
		for key, text := range o.Data {
			held[key] = []byte(text)
		}
		return Holder{"ConfigMap", o.Namespace, o.Name}, held, true
	}
	return Holder{}, nil, false
}

// referred reads what an object refers to. No error quotes it.
func (c Comparer) referred(ctx context.Context, namespace string, source *v1alpha1.ValueSource) ([]byte, error) {
	kind, ref := "Secret", source.SecretKeyRef
	if ref == nil {
		kind, ref = "ConfigMap", source.ConfigMapKeyRef
	}
	if ref == nil {
		return nil, errors.New("the reference names neither a Secret nor a ConfigMap")
	}
	held, beside := c.Beside[Holder{kind, namespace, ref.Name}]
	if !beside {
		var err error
		if held, err = c.stored(ctx, kind, client.ObjectKey{Namespace: namespace, Name: ref.Name}); err != nil {
			return nil, err
		}
	}
	content, found := held[ref.Key]
	if !found {
		return nil, fmt.Errorf("%s %q has no key %q", kind, ref.Name, ref.Key)
	}
	return content, nil
}

// stored is what a Secret or ConfigMap in the cluster holds.
func (c Comparer) stored(ctx context.Context, kind string, key client.ObjectKey) (map[string][]byte, error) {
	if c.Cluster == nil {
		return nil, errors.New("the content is in a Secret or ConfigMap, and there is no cluster to read it from")
	}
	var obj client.Object = &corev1.Secret{}
	if kind == "ConfigMap" {
		obj = &corev1.ConfigMap{}
	}
	if err := c.Cluster.Get(ctx, key, obj); err != nil {
		return nil, fmt.Errorf("read the %s that holds the content: %w", kind, err)
	}
	_, held, _ := HolderOf(obj)
	return held, nil
}
