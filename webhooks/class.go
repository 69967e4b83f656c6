package webhooks

import (
	"k8s.io/apimachinery/pkg/util/validation/field"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/kestra-operator/kestra-operator/schemas/v1alpha1"
)

// checkClass refuses to hand an object from one operator to another: the first would not clean up in its Kestra,
// and nobody would know what it left there.
func checkClass(old, obj client.Object) field.ErrorList {
	if old.GetLabels()[v1alpha1.LabelOperatorClass] == obj.GetLabels()[v1alpha1.LabelOperatorClass] {
		return nil
	}
	return field.ErrorList{field.Forbidden(field.NewPath("metadata", "labels").Key(v1alpha1.LabelOperatorClass),
		"an object keeps its operator: create another object with the new class, then delete this one")}
}
