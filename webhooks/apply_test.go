package webhooks_test

import (
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"
)

// unstructuredFlow is what an applier sends: only the fields that it keeps.
func unstructuredFlow(namespace string, spec map[string]any) runtime.ApplyConfiguration {
	obj := &unstructured.Unstructured{Object: map[string]any{
		"apiVersion": "model.kestra.io/v1alpha1",
		"kind":       "KestraFlow",
		"metadata":   map[string]any{"name": "hello", "namespace": namespace},
		"spec":       spec,
	}}
	return client.ApplyConfigurationFromUnstructured(obj)
}
