package webhooks

import (
	"context"

	"k8s.io/apimachinery/pkg/util/validation/field"
	"sigs.k8s.io/controller-runtime/pkg/manager"
	"sigs.k8s.io/controller-runtime/pkg/webhook/admission"

	"github.com/kestra-operator/kestra-operator/schemas/v1alpha1"
	"github.com/kestra-operator/kestra-operator/schemas/validation"
)

// The webhooks are asked only when a judged field or the operator's class changes, so that with every operator pod
// gone an object can still be labelled otherwise, suspended, orphaned and deleted.
//
// +kubebuilder:webhookconfiguration:mutating=true,name=kestra-operator-mutating
// +kubebuilder:webhookconfiguration:mutating=false,name=kestra-operator-validating
// +kubebuilder:webhook:path=/mutate-model-kestra-io-v1alpha1-kestraflow,mutating=true,failurePolicy=fail,sideEffects=None,timeoutSeconds=10,groups=model.kestra.io,resources=kestraflows,verbs=create;update,versions=v1alpha1,name=mutate.kestraflow.model.kestra.io,admissionReviewVersions=v1,serviceName=kestra-operator-webhook,serviceNamespace=kestra-operator-system,patch=`{"matchConditions":[{"name":"judged-fields-change","expression":"request.operation == 'CREATE' || object.?spec.?tenant != oldObject.?spec.?tenant || object.?spec.?namespace != oldObject.?spec.?namespace || object.?spec.?id != oldObject.?spec.?id || object.?spec.?source != oldObject.?spec.?source"}]}`
// +kubebuilder:webhook:path=/validate-model-kestra-io-v1alpha1-kestraflow,mutating=false,failurePolicy=fail,sideEffects=None,timeoutSeconds=10,groups=model.kestra.io,resources=kestraflows,verbs=create;update,versions=v1alpha1,name=validate.kestraflow.model.kestra.io,admissionReviewVersions=v1,serviceName=kestra-operator-webhook,serviceNamespace=kestra-operator-system,patch=`{"matchConditions":[{"name":"judged-fields-change","expression":"request.operation == 'CREATE' || object.metadata.?labels[?'kestra.io/operator-class'] != oldObject.metadata.?labels[?'kestra.io/operator-class'] || object.?spec.?tenant != oldObject.?spec.?tenant || object.?spec.?namespace != oldObject.?spec.?namespace || object.?spec.?id != oldObject.?spec.?id || object.?spec.?source != oldObject.?spec.?source"}]}`

func setupFlow(mgr manager.Manager, options Options) {
	judge := &flowJudge{reports: newReports(options.Catalog, options.ReadOnlyLabel), options: options}
	register(mgr, "mutate", "kestraflow", &readOnlyLabeler{decoder: admission.NewDecoder(mgr.GetScheme()), judge: judge})
	registerValidator(mgr, "kestraflow", &validator[*v1alpha1.KestraFlow]{rules: flowRules(judge), options: options})
}

func flowRules(judge *flowJudge) rules[*v1alpha1.KestraFlow] {
	return rules[*v1alpha1.KestraFlow]{
		kind: "KestraFlow",
		validate: func(ctx context.Context, obj *v1alpha1.KestraFlow) (field.ErrorList, []string) {
			return validation.FlowVerdict(obj, judge.report(ctx, obj, sourceOf(obj)))
		},
		validateUpdate: func(ctx context.Context, old, obj *v1alpha1.KestraFlow) (field.ErrorList, []string) {
			return validation.FlowUpdateVerdict(old, obj, judge.report(ctx, obj, sourceOf(obj)))
		},
		unchanged: validation.SameFlow,
		target: func(obj *v1alpha1.KestraFlow) target {
			return target{obj.Spec.Tenant, obj.Spec.Namespace, obj.Spec.ID, field.NewPath("spec", "id")}
		},
		decide: judge.decideStored,
	}
}
