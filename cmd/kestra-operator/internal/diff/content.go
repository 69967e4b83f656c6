package diff

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

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

// referred reads what an object refers to. No error quotes it.
func (c Comparer) referred(ctx context.Context, namespace string, source *v1alpha1.ValueSource) ([]byte, error) {
	if c.Cluster == nil {
		return nil, errors.New("the content is in a Secret or ConfigMap, and there is no cluster to read it from")
	}
	if ref := source.SecretKeyRef; ref != nil {
		secret := &corev1.Secret{}
		if err := c.Cluster.Get(ctx, client.ObjectKey{Namespace: namespace, Name: ref.Name}, secret); err != nil {
			return nil, fmt.Errorf("read the Secret that holds the content: %w", err)
		}
		return pick(secret.Data, "Secret", ref)
	}
	ref := source.ConfigMapKeyRef
	if ref == nil {
		return nil, errors.New("the reference names neither a Secret nor a ConfigMap")
	}
	configMap := &corev1.ConfigMap{}
	if err := c.Cluster.Get(ctx, client.ObjectKey{Namespace: namespace, Name: ref.Name}, configMap); err != nil {
		return nil, fmt.Errorf("read the ConfigMap that holds the content: %w", err)
	}
	if text, found := configMap.Data[ref.Key]; found {
		return []byte(text), nil
	}
	return pick(configMap.BinaryData, "ConfigMap", ref)
}

func pick(data map[string][]byte, kind string, ref *v1alpha1.KeyReference) ([]byte, error) {
	content, found := data[ref.Key]
	if !found {
		return nil, fmt.Errorf("%s %q has no key %q", kind, ref.Name, ref.Key)
	}
	return content, nil
}
