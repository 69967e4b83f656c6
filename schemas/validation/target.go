package validation

import (
	"regexp"

	"k8s.io/apimachinery/pkg/util/validation/field"
)

// maxNameLength bounds the names of namespaces and tenants, the server's own limit for namespaces.
const maxNameLength = 150

var (
	namespacePattern = regexp.MustCompile(`^[a-z0-9][a-z0-9._-]*$`)
	tenantPattern    = regexp.MustCompile(`^[a-z0-9][a-z0-9_-]*$`)
)

var specPath = field.NewPath("spec")

func validateNamespace(namespace string) field.ErrorList {
	path := specPath.Child("namespace")
	switch {
	case namespace == "":
		return field.ErrorList{field.Required(path, "name the namespace in Kestra")}
	case len(namespace) > maxNameLength:
		return field.ErrorList{field.TooLong(path, field.OmitValueType{}, maxNameLength)}
	case !namespacePattern.MatchString(namespace):
		return field.ErrorList{invalid(path,
			"a namespace starts with a lower-case letter or digit and holds only lower-case letters, digits, '.', '_' and '-'")}
	}
	return nil
}

// validateTenant takes an empty tenant for the operator's default one.
func validateTenant(tenant string) field.ErrorList {
	path := specPath.Child("tenant")
	switch {
	case len(tenant) > maxNameLength:
		return field.ErrorList{field.TooLong(path, field.OmitValueType{}, maxNameLength)}
	case tenant != "" && !tenantPattern.MatchString(tenant):
		return field.ErrorList{invalid(path,
			"a tenant starts with a lower-case letter or digit and holds only lower-case letters, digits, '_' and '-'")}
	}
	return nil
}
