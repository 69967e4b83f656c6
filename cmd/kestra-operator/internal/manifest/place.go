package manifest

import (
	"k8s.io/utils/ptr"

	"github.com/kestra-operator/kestra-operator/schemas/v1alpha1"
	"github.com/kestra-operator/kestra-operator/schemas/validation"
)

// CheckPlace says what admission would have against a tenant (which may be empty) and a namespace in Kestra.
func CheckPlace(tenant, namespace string) error {
	errs, _ := validation.ValidateNamespaceFile(&v1alpha1.KestraNamespaceFile{
		Spec: v1alpha1.KestraNamespaceFileSpec{
			Tenant: tenant, Namespace: namespace, Filename: "any", Content: ptr.To(""),
		},
	})
	return errs.ToAggregate()
}
