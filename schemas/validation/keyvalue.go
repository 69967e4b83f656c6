package validation

import (
	"unicode"

	"k8s.io/apimachinery/pkg/api/equality"
	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/kestra-operator/kestra-operator/schemas/keyvalue"
	"github.com/kestra-operator/kestra-operator/schemas/v1alpha1"
)

// ValidateKeyValue judges a key-value entry by its spec: errors refuse it, warnings do not. Neither holds the
// value. A value that comes from a Secret or ConfigMap is not read.
func ValidateKeyValue(obj *v1alpha1.KestraKeyValue) (field.ErrorList, []string) {
	spec := &obj.Spec
	errs := validateNamespace(spec.Namespace)
	errs = append(errs, validateTenant(spec.Tenant)...)
	errs = append(errs, invalidIf(specPath.Child("key"), keyvalue.CheckKey(spec.Key))...)
	errs = append(errs, validateTypedValue(spec)...)
	errs = append(errs, invalidIf(specPath.Child("ttl"), keyvalue.CheckTTL(spec.TTL))...)
	errs = append(errs, invalidIf(specPath.Child("description"), keyvalue.CheckDescription(spec.Description))...)
	return errs, boundWarnings(keyValueWarnings(spec))
}

// ValidateKeyValueUpdate judges an entry that replaces old; when no judged field changed, everything is a warning.
func ValidateKeyValueUpdate(old, obj *v1alpha1.KestraKeyValue) (field.ErrorList, []string) {
	errs, warnings := ValidateKeyValue(obj)
	return forUpdate(SameKeyValue(old, obj), errs, warnings)
}

// SameKeyValue is true when every field that is judged is the same in both.
func SameKeyValue(a, b *v1alpha1.KestraKeyValue) bool {
	x, y := a.Spec, b.Spec
	x.SyncPolicy, y.SyncPolicy = v1alpha1.SyncPolicy{}, v1alpha1.SyncPolicy{}
	x.OnExpiry, y.OnExpiry = "", ""
	return equality.Semantic.DeepEqual(x, y)
}

func validateTypedValue(spec *v1alpha1.KestraKeyValueSpec) field.ErrorList {
	var errs field.ErrorList
	path := specPath.Child("value")
	_, typeErr := keyvalue.ParseType(spec.Type)
	errs = append(errs, invalidIf(specPath.Child("type"), typeErr)...)
	switch {
	case spec.Value == nil && spec.ValueFrom == nil:
		return append(errs, field.Required(path, "set value or valueFrom"))
	case spec.Value != nil && spec.ValueFrom != nil:
		return append(errs, field.Forbidden(specPath.Child("valueFrom"), "set only one of value and valueFrom"))
	case spec.ValueFrom != nil:
		return append(errs, validateValueSource(specPath.Child("valueFrom"), spec.ValueFrom)...)
	case typeErr == nil:
		_, err := keyvalue.Encode(spec.Type, *spec.Value)
		errs = append(errs, invalidIf(path, err)...)
	}
	return errs
}

func keyValueWarnings(spec *v1alpha1.KestraKeyValueSpec) []string {
	var warnings []string
	if spec.OnExpiry != "" && spec.TTL == "" {
		warnings = append(warnings, "spec.onExpiry: does nothing without spec.ttl")
	}
	if spec.Value != nil && !keyvalue.ReadsBack(spec.Type, *spec.Value) {
		warnings = append(warnings, "spec.value: Kestra takes this text for a duration and fails to read it; change it")
	}
	for _, r := range spec.Description {
		if r > unicode.MaxASCII {
			return append(warnings, "spec.description: Kestra may garble what is not ASCII, since it travels in a header")
		}
	}
	return warnings
}
