package validation

import (
	"k8s.io/apimachinery/pkg/api/equality"
	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/kestra-operator/kestra-operator/schemas/namespacefile"
	"github.com/kestra-operator/kestra-operator/schemas/v1alpha1"
)

// ValidateNamespaceFile judges a namespace file by its spec: errors refuse it, warnings do not. Neither holds the
// content. Content that comes from a ConfigMap or Secret is not read.
func ValidateNamespaceFile(obj *v1alpha1.KestraNamespaceFile) (field.ErrorList, []string) {
	spec := &obj.Spec
	errs := validateNamespace(spec.Namespace)
	errs = append(errs, validateTenant(spec.Tenant)...)
	errs = append(errs, invalidIf(specPath.Child("filename"), namespacefile.CheckPath(spec.Filename))...)
	errs = append(errs, validateContent(spec)...)
	return errs, nil
}

// ValidateNamespaceFileUpdate judges a file that replaces old; when no judged field changed, everything is a warning.
func ValidateNamespaceFileUpdate(old, obj *v1alpha1.KestraNamespaceFile) (field.ErrorList, []string) {
	errs, warnings := ValidateNamespaceFile(obj)
	return forUpdate(SameNamespaceFile(old, obj), errs, warnings)
}

// SameNamespaceFile is true when every field that is judged is the same in both.
func SameNamespaceFile(a, b *v1alpha1.KestraNamespaceFile) bool {
	x, y := a.Spec, b.Spec
	x.SyncPolicy, y.SyncPolicy = v1alpha1.SyncPolicy{}, v1alpha1.SyncPolicy{}
	return equality.Semantic.DeepEqual(x, y)
}

func validateContent(spec *v1alpha1.KestraNamespaceFileSpec) field.ErrorList {
	var given []string
	if spec.Content != nil {
		given = append(given, "content")
	}
	if spec.BinaryContent != nil {
		given = append(given, "binaryContent")
	}
	if spec.ContentFrom != nil {
		given = append(given, "contentFrom")
	}
	switch {
	case len(given) == 0:
		return field.ErrorList{field.Required(specPath.Child("content"), "set content, binaryContent or contentFrom; an empty file has content: \"\"")}
	case len(given) > 1:
		return field.ErrorList{field.Forbidden(specPath.Child(given[1]), "set only one of content, binaryContent and contentFrom")}
	case spec.Content != nil:
		return invalidIf(specPath.Child("content"), namespacefile.CheckSize(len(*spec.Content)))
	case spec.BinaryContent != nil:
		return invalidIf(specPath.Child("binaryContent"), namespacefile.CheckSize(len(spec.BinaryContent)))
	default:
		return validateValueSource(specPath.Child("contentFrom"), spec.ContentFrom)
	}
}
