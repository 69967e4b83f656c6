package webhooks

import (
	"context"

	"k8s.io/apimachinery/pkg/util/validation/field"
	"sigs.k8s.io/controller-runtime/pkg/manager"

	"github.com/kestra-operator/kestra-operator/schemas/namespacefile"
	"github.com/kestra-operator/kestra-operator/schemas/v1alpha1"
	"github.com/kestra-operator/kestra-operator/schemas/validation"
)

// +kubebuilder:webhook:path=/validate-model-kestra-io-v1alpha1-kestranamespacefile,mutating=false,failurePolicy=fail,sideEffects=None,timeoutSeconds=10,groups=model.kestra.io,resources=kestranamespacefiles,verbs=create;update,versions=v1alpha1,name=validate.kestranamespacefile.model.kestra.io,admissionReviewVersions=v1,serviceName=kestra-operator-webhook,serviceNamespace=kestra-operator-system,patch=`{"matchConditions":[{"name":"judged-fields-change","expression":"request.operation == 'CREATE' || object.metadata.?labels[?'kestra.io/operator-class'] != oldObject.metadata.?labels[?'kestra.io/operator-class'] || object.?spec.?tenant != oldObject.?spec.?tenant || object.?spec.?namespace != oldObject.?spec.?namespace || object.?spec.?filename != oldObject.?spec.?filename || object.?spec.?content != oldObject.?spec.?content || object.?spec.?binaryContent != oldObject.?spec.?binaryContent || object.?spec.?contentFrom != oldObject.?spec.?contentFrom"}]}`

func setupNamespaceFile(mgr manager.Manager, options Options) {
	registerValidator(mgr, "kestranamespacefile", &validator[*v1alpha1.KestraNamespaceFile]{rules: namespaceFileRules(), options: options})
}

func namespaceFileRules() rules[*v1alpha1.KestraNamespaceFile] {
	return rules[*v1alpha1.KestraNamespaceFile]{
		kind: "KestraNamespaceFile",
		validate: func(_ context.Context, obj *v1alpha1.KestraNamespaceFile) (field.ErrorList, []string) {
			return validation.ValidateNamespaceFile(obj)
		},
		validateUpdate: func(_ context.Context, old, obj *v1alpha1.KestraNamespaceFile) (field.ErrorList, []string) {
			return validation.ValidateNamespaceFileUpdate(old, obj)
		},
		unchanged: validation.SameNamespaceFile,
		target: func(obj *v1alpha1.KestraNamespaceFile) target {
			return target{obj.Spec.Tenant, obj.Spec.Namespace, namespacefile.CleanPath(obj.Spec.Filename), field.NewPath("spec", "filename")}
		},
		reference: func(obj *v1alpha1.KestraNamespaceFile) (*field.Path, *v1alpha1.ValueSource) {
			return field.NewPath("spec", "contentFrom"), obj.Spec.ContentFrom
		},
	}
}
