package webhooks

import (
	"context"

	"k8s.io/apimachinery/pkg/util/validation/field"
	"sigs.k8s.io/controller-runtime/pkg/manager"

	"github.com/kestra-operator/kestra-operator/schemas/v1alpha1"
	"github.com/kestra-operator/kestra-operator/schemas/validation"
)

// +kubebuilder:webhook:path=/validate-model-kestra-io-v1alpha1-kestrakeyvalue,mutating=false,failurePolicy=fail,sideEffects=None,timeoutSeconds=10,groups=model.kestra.io,resources=kestrakeyvalues,verbs=create;update,versions=v1alpha1,name=validate.kestrakeyvalue.model.kestra.io,admissionReviewVersions=v1,serviceName=kestra-operator-webhook,serviceNamespace=kestra-operator-system,patch=`{"matchConditions":[{"name":"judged-fields-change","expression":"request.operation == 'CREATE' || object.metadata.?labels[?'kestra.io/operator-class'] != oldObject.metadata.?labels[?'kestra.io/operator-class'] || object.?spec.?tenant != oldObject.?spec.?tenant || object.?spec.?namespace != oldObject.?spec.?namespace || object.?spec.?key != oldObject.?spec.?key || object.?spec.?type != oldObject.?spec.?type || object.?spec.?value != oldObject.?spec.?value || object.?spec.?valueFrom != oldObject.?spec.?valueFrom || object.?spec.?ttl != oldObject.?spec.?ttl || object.?spec.?description != oldObject.?spec.?description"}]}`

func setupKeyValue(mgr manager.Manager, options Options) {
	registerValidator(mgr, "kestrakeyvalue", &validator[*v1alpha1.KestraKeyValue]{rules: keyValueRules(), options: options})
}

func keyValueRules() rules[*v1alpha1.KestraKeyValue] {
	return rules[*v1alpha1.KestraKeyValue]{
		kind: "KestraKeyValue",
		validate: func(_ context.Context, obj *v1alpha1.KestraKeyValue) (field.ErrorList, []string) {
			return validation.ValidateKeyValue(obj)
		},
		validateUpdate: func(_ context.Context, old, obj *v1alpha1.KestraKeyValue) (field.ErrorList, []string) {
			return validation.ValidateKeyValueUpdate(old, obj)
		},
		unchanged: validation.SameKeyValue,
		target: func(obj *v1alpha1.KestraKeyValue) target {
			return target{obj.Spec.Tenant, obj.Spec.Namespace, obj.Spec.Key, field.NewPath("spec", "key")}
		},
		reference: func(obj *v1alpha1.KestraKeyValue) (*field.Path, *v1alpha1.ValueSource) {
			return field.NewPath("spec", "valueFrom"), obj.Spec.ValueFrom
		},
	}
}
