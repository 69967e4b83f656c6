package manifest

import (
	"fmt"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"

	"github.com/kestra-operator/kestra-operator/controllers/kestra"
	"github.com/kestra-operator/kestra-operator/schemas/keyvalue"
	"github.com/kestra-operator/kestra-operator/schemas/v1alpha1"
)

// Values says where the value of a key-value is written.
type Values string

const (
	// ValuesReference writes a reference to a Secret that somebody else makes, so that no value is written;
	// only booleans, moments, days and durations, which are no secrets, stand in the object. The default.
	ValuesReference Values = "reference"
	// ValuesSecret writes those Secrets too, with the values.
	ValuesSecret Values = "secret"
	// ValuesInline writes every value into its object.
	ValuesInline Values = "inline"
)

// ParseValues reads the name of a choice.
func ParseValues(text string) (Values, error) {
	switch values := Values(text); values {
	case ValuesReference, ValuesSecret, ValuesInline:
		return values, nil
	}
	return "", fmt.Errorf("%q: want %s, %s or %s", text, ValuesReference, ValuesSecret, ValuesInline)
}

// Typed is a value of a key-value as the specification writes it.
type Typed struct {
	Type  keyvalue.Type
	Value string
}

// inline tells whether the value stands in the object.
func (v Values) inline(kind keyvalue.Type) bool {
	switch kind {
	case keyvalue.Boolean, keyvalue.Date, keyvalue.DateTime, keyvalue.Duration:
		return true
	default:
		return v == ValuesInline
	}
}

// KeyValue is the item of a key-value entry, and whether its value is read from a Secret.
func KeyValue(target kestra.Target, value Typed, options kestra.KeyValueOptions, where Values) (item Item, referring bool) {
	item = Item{Target: target, folder: keyValueFolder}
	inline := where.inline(value.Type)
	if where == ValuesReference && !inline {
		item.comment = func(meta metav1.ObjectMeta) []string {
			return []string{
				"The value is in a Secret that was not written. Until somebody makes it, Kestra is left as it is. The file",
				"must hold the value byte for byte, without a line break at its end:",
				fmt.Sprintf("kubectl create secret generic %s --from-file=%s=FILE", meta.Name, contentKey),
			}
		}
	}
	item.objects = func(meta metav1.ObjectMeta) []runtime.Object {
		entry := &v1alpha1.KestraKeyValue{
			TypeMeta:   typeMeta("KestraKeyValue"),
			ObjectMeta: meta,
			Spec: v1alpha1.KestraKeyValueSpec{
				Tenant: target.Tenant, Namespace: target.Namespace, Key: target.Name, Type: string(value.Type),
				TTL: options.TTL, Description: options.Description,
			},
		}
		if inline {
			entry.Spec.Value = &value.Value
			return []runtime.Object{entry}
		}
		entry.Spec.ValueFrom = &v1alpha1.ValueSource{
			SecretKeyRef: &v1alpha1.KeyReference{Name: meta.Name, Key: contentKey},
		}
		if where == ValuesReference {
			return []runtime.Object{entry}
		}
		return []runtime.Object{entry, &corev1.Secret{
			TypeMeta:   metav1.TypeMeta{APIVersion: "v1", Kind: "Secret"},
			ObjectMeta: meta,
			Data:       map[string][]byte{contentKey: []byte(value.Value)},
		}}
	}
	return item, !inline
}
