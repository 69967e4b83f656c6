package export_test

import (
	"slices"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"github.com/kestra-operator/kestra-operator/schemas/v1alpha1"
)

func contains(all []string, one string) bool { return slices.Contains(all, one) }

func newList(kind string) *unstructured.UnstructuredList {
	list := &unstructured.UnstructuredList{}
	list.SetGroupVersionKind(v1alpha1.GroupVersion.WithKind(kind + "List"))
	return list
}

// readyReason is the reason of the condition Ready of an object's current generation; empty before.
func readyReason(obj unstructured.Unstructured) string {
	conditions, _, _ := unstructured.NestedSlice(obj.Object, "status", "conditions")
	for _, entry := range conditions {
		condition, _ := entry.(map[string]any)
		if condition["type"] == v1alpha1.ConditionReady && condition["observedGeneration"] == obj.GetGeneration() {
			reason, _ := condition["reason"].(string)
			return reason
		}
	}
	return ""
}
