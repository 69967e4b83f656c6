package chart

import (
	"errors"
	"fmt"
	"testing"

	admissionregistrationv1 "k8s.io/api/admissionregistration/v1"
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/kestra-operator/kestra-operator/schemas/v1alpha1"
	"github.com/kestra-operator/kestra-operator/test/rights"
)

// use is one step towards what a right is needed for, made again and again. Its error says what it waits for.
type use func(t *testing.T, o *lacking) error

// uses of the rights that an operator needs beyond its start.
var uses = func() map[rights.Right]use {
	all := map[rights.Right]use{}
	add := func(u use, place rights.Place, resource string, named bool, verbs ...string) {
		for _, verb := range verbs {
			all[rights.Right{Place: place, Verb: verb, Resource: resource, Named: named}] = u
		}
	}
	for resource, u := range map[string]use{
		"model.kestra.io/kestraflows": keepAFlow, "model.kestra.io/kestrakeyvalues": keepAKeyValue, "model.kestra.io/kestranamespacefiles": keepAFile,
	} {
		add(u, rights.Watched, resource, false, "get", "patch")
		add(u, rights.Watched, resource+"/status", false, "patch")
	}
	add(suspendAFlow, rights.Watched, "events.k8s.io/events", false, "create")
	add(tellTheSameTwice, rights.Watched, "events.k8s.io/events", false, "patch")
	add(referToASecret, rights.Watched, "/secrets", false, "get")
	add(referToAConfigMap, rights.Watched, "/configmaps", false, "get")
	add(referToASecret, rights.Cluster, "authorization.k8s.io/subjectaccessreviews", false, "create")
	add(readMetrics, rights.Cluster, "authentication.k8s.io/tokenreviews", false, "create")
	add(keepAKeyValue, rights.Own, "/secrets", true, "get")
	add(keepAKeyValue, rights.Own, "/secrets", false, "create")
	add(addAPlugin, rights.Own, "/configmaps", true, "update")
	return all
}()

// apply creates an object unless it is there. That the webhook does not answer yet is an error among others.
func (o *lacking) apply(t *testing.T, obj client.Object) error {
	t.Helper()
	obj.SetNamespace(o.watched)
	if err := o.admin.Create(t.Context(), obj); !apierrors.IsAlreadyExists(err) {
		return err
	}
	return nil
}

func keepAFlow(t *testing.T, o *lacking) error { return o.apply(t, newFlow("", "hello", goodFlow)) }

func keepAKeyValue(t *testing.T, o *lacking) error {
	return o.apply(t, &v1alpha1.KestraKeyValue{
		ObjectMeta: metav1.ObjectMeta{Name: "kv"},
		Spec:       v1alpha1.KestraKeyValueSpec{Namespace: "company.team", Key: "kv", Value: new("v")},
	})
}

func keepAFile(t *testing.T, o *lacking) error {
	return o.apply(t, &v1alpha1.KestraNamespaceFile{
		ObjectMeta: metav1.ObjectMeta{Name: "file"},
		Spec:       v1alpha1.KestraNamespaceFileSpec{Namespace: "company.team", Filename: "a.txt", Content: new("c")},
	})
}

// suspendAFlow has the operator tell that it leaves a flow alone.
func suspendAFlow(t *testing.T, o *lacking) error {
	flow := newFlow("", "hello", goodFlow)
	flow.Spec.Suspend = true
	return o.apply(t, flow)
}

func referToASecret(t *testing.T, o *lacking) error {
	secret := &corev1.Secret{ObjectMeta: metav1.ObjectMeta{Name: "s"}, StringData: map[string]string{"k": "v"}}
	return errors.Join(o.apply(t, secret), o.apply(t, &v1alpha1.KestraKeyValue{
		ObjectMeta: metav1.ObjectMeta{Name: "kv"},
		Spec: v1alpha1.KestraKeyValueSpec{Namespace: "company.team", Key: "kv", ValueFrom: &v1alpha1.ValueSource{
			SecretKeyRef: &v1alpha1.KeyReference{Name: "s", Key: "k"},
		}},
	}))
}

func referToAConfigMap(t *testing.T, o *lacking) error {
	configMap := &corev1.ConfigMap{ObjectMeta: metav1.ObjectMeta{Name: "c"}, Data: map[string]string{"k": "v"}}
	return errors.Join(o.apply(t, configMap), o.apply(t, &v1alpha1.KestraNamespaceFile{
		ObjectMeta: metav1.ObjectMeta{Name: "file"},
		Spec: v1alpha1.KestraNamespaceFileSpec{Namespace: "company.team", Filename: "a.txt", ContentFrom: &v1alpha1.ValueSource{
			ConfigMapKeyRef: &v1alpha1.KeyReference{Name: "c", Key: "k"},
		}},
	}))
}

// addAPlugin has the operator save anew what Kestra can run.
func addAPlugin(t *testing.T, o *lacking) error {
	saved := &corev1.ConfigMap{}
	if err := o.admin.Get(t.Context(), client.ObjectKey{Namespace: o.namespace, Name: "r-kestra-operator-catalog"}, saved); err != nil {
		return err
	}
	o.server.SetFlowSchema(o.newSchema, 2)
	return o.apply(t, newFlow("", "return", "id: return\nnamespace: company.team\ntasks:\n  - {id: t, type: "+newPlugin+", format: hi}\n"))
}

func readMetrics(t *testing.T, o *lacking) error {
	_, err := statusOfMetrics(t, o.metrics)
	return err
}

// heldLabel marks objects whose finalizers stay, whoever removes them.
const heldLabel = "held"

// keepWhatIsHeld has the API server refuse to let such objects go.
func keepWhatIsHeld(t *testing.T, admin client.Client) {
	t.Helper()
	const name = "finalizers-stay"
	create(t, admin, &admissionregistrationv1.ValidatingAdmissionPolicy{
		ObjectMeta: metav1.ObjectMeta{Name: name},
		Spec: admissionregistrationv1.ValidatingAdmissionPolicySpec{
			MatchConstraints: &admissionregistrationv1.MatchResources{ResourceRules: []admissionregistrationv1.NamedRuleWithOperations{{
				RuleWithOperations: admissionregistrationv1.RuleWithOperations{
					Operations: []admissionregistrationv1.OperationType{admissionregistrationv1.Update},
					Rule:       admissionregistrationv1.Rule{APIGroups: []string{v1alpha1.GroupName}, APIVersions: []string{"*"}, Resources: []string{"*"}},
				},
			}}},
			Validations: []admissionregistrationv1.Validation{{
				Expression: "!has(oldObject.metadata.finalizers) || !('" + heldLabel + "' in object.metadata.?labels.orValue({})) || has(object.metadata.finalizers)",
			}},
		},
	})
	create(t, admin, &admissionregistrationv1.ValidatingAdmissionPolicyBinding{
		ObjectMeta: metav1.ObjectMeta{Name: name},
		Spec: admissionregistrationv1.ValidatingAdmissionPolicyBindingSpec{
			PolicyName: name, ValidationActions: []admissionregistrationv1.ValidationAction{admissionregistrationv1.Deny},
		},
	})
}

// tellTheSameTwice has the operator tell of a flow that it leaves in Kestra as long as it cannot let the object go: each
// time of the same object, which has not changed in between.
func tellTheSameTwice(t *testing.T, o *lacking) error {
	flow := newFlow("", "hello", goodFlow)
	flow.Labels = map[string]string{heldLabel: ""}
	if err := o.apply(t, flow); err != nil {
		return err
	}
	if err := o.admin.Get(t.Context(), client.ObjectKeyFromObject(flow), flow); err != nil || !flow.DeletionTimestamp.IsZero() {
		return err
	}
	base := flow.DeepCopy()
	switch flow.SetFinalizers(nil); {
	case !meta.IsStatusConditionTrue(flow.Status.Conditions, v1alpha1.ConditionReady):
		return errors.New("the flow is not ready")
	case o.admin.Patch(t.Context(), flow, client.MergeFrom(base), client.DryRunAll) == nil:
		return errors.New("the finalizer could be removed")
	}
	flow = base.DeepCopy()
	now := metav1.Now()
	flow.Status.RecentRepairs = []metav1.Time{now, now, now} // somebody else is taken to keep it too
	if err := o.admin.Status().Patch(t.Context(), flow, client.MergeFrom(base)); err != nil {
		return fmt.Errorf("note repairs: %w", err)
	}
	return o.admin.Delete(t.Context(), flow)
}
