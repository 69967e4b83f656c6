package validation

import (
	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/kestra-operator/kestra-operator/schemas/v1alpha1"
)

// validateValueSource asks for exactly one reference.
func validateValueSource(path *field.Path, source *v1alpha1.ValueSource) field.ErrorList {
	switch {
	case source.SecretKeyRef == nil && source.ConfigMapKeyRef == nil:
		return field.ErrorList{field.Required(path, "set secretKeyRef or configMapKeyRef")}
	case source.SecretKeyRef != nil && source.ConfigMapKeyRef != nil:
		return field.ErrorList{field.Forbidden(path, "set only one of secretKeyRef and configMapKeyRef")}
	case source.SecretKeyRef != nil:
		return validateKeyReference(path.Child("secretKeyRef"), source.SecretKeyRef)
	default:
		return validateKeyReference(path.Child("configMapKeyRef"), source.ConfigMapKeyRef)
	}
}

func validateKeyReference(path *field.Path, reference *v1alpha1.KeyReference) field.ErrorList {
	var errs field.ErrorList
	if reference.Name == "" {
		errs = append(errs, field.Required(path.Child("name"), "name the object that holds the value"))
	}
	if reference.Key == "" {
		errs = append(errs, field.Required(path.Child("key"), "name the key within it"))
	}
	return errs
}
