package controllers

import (
	"context"
	"fmt"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/kestra-operator/kestra-operator/schemas/v1alpha1"
)

// valueReader reads content from Secrets and ConfigMaps, live: neither is ever cached.
type valueReader struct {
	live client.Reader
	// references is false when the operator may not read Secrets and ConfigMaps.
	references bool
}

// read returns the bytes under a key of an object in the namespace. What is missing is a *problem.
func (r *valueReader) read(ctx context.Context, namespace string, source *v1alpha1.ValueSource) ([]byte, error) {
	if !r.references {
		return nil, missing("this operator does not read Secrets and ConfigMaps: it was started without that permission")
	}
	if ref := source.SecretKeyRef; ref != nil {
		secret := &corev1.Secret{}
		if err := r.get(ctx, "Secret", namespace, ref, secret); err != nil {
			return nil, err
		}
		return pick("Secret", ref, secret.Data)
	}
	ref := source.ConfigMapKeyRef
	configMap := &corev1.ConfigMap{}
	if err := r.get(ctx, "ConfigMap", namespace, ref, configMap); err != nil {
		return nil, err
	}
	if text, found := configMap.Data[ref.Key]; found {
		return []byte(text), nil
	}
	return pick("ConfigMap", ref, configMap.BinaryData)
}

func (r *valueReader) get(ctx context.Context, kind, namespace string, ref *v1alpha1.KeyReference, into client.Object) error {
	err := r.live.Get(ctx, types.NamespacedName{Namespace: namespace, Name: ref.Name}, into)
	switch {
	case isGone(err):
		return missing(fmt.Sprintf("%s %q does not exist in the object's namespace", kind, ref.Name))
	case apierrors.IsForbidden(err):
		return missing(fmt.Sprintf("the operator may not read %s %q", kind, ref.Name))
	case err != nil:
		return fmt.Errorf("read %s %s/%s: %w", kind, namespace, ref.Name, err)
	case into.GetName() != ref.Name || into.GetNamespace() != namespace:
		return fmt.Errorf("read %s %s/%s: the answer is another object", kind, namespace, ref.Name)
	}
	return nil
}

func pick(kind string, ref *v1alpha1.KeyReference, data map[string][]byte) ([]byte, error) {
	value, found := data[ref.Key]
	if !found {
		return nil, missing(fmt.Sprintf("%s %q has no key %q", kind, ref.Name, ref.Key))
	}
	return value, nil
}

func missing(message string) error {
	return &problem{reason: v1alpha1.ReasonSourceMissing, message: message}
}
