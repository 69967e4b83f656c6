package webhooks_test

import (
	"strings"
	"testing"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/kestra-operator/kestra-operator/schemas/flow"
	"github.com/kestra-operator/kestra-operator/webhooks"
)

// unstructuredFlow is what an applier sends: only the fields that it keeps.
func unstructuredFlow(namespace string, spec map[string]any) runtime.ApplyConfiguration {
	obj := object(namespace, "KestraFlow", spec)
	obj.SetName("hello")
	obj.SetGenerateName("")
	return client.ApplyConfigurationFromUnstructured(obj)
}

func flowSpec(source string) map[string]any {
	return with(identities["KestraFlow"], map[string]any{"source": source})
}

// Two appliers of one object: one keeps the source, the other a policy.
func TestServerSideApplyByTwoManagers(t *testing.T) {
	serveWebhooks(t, webhooks.Options{})
	u := newUser(t, plane.Config())
	namespace := newNamespace(t, u)
	apply := func(owner string, spec map[string]any, options ...client.ApplyOption) error {
		return u.Apply(t.Context(), unstructuredFlow(namespace, spec), append(options, client.FieldOwner(owner))...)
	}
	for i := range 2 {
		if err := apply("gitops", flowSpec(goodSource)); err != nil {
			t.Fatalf("apply the source, time %d: %v", i+1, err)
		}
		if err := apply("oncall", map[string]any{"suspend": true}); err != nil {
			t.Fatalf("apply the policy, time %d: %v", i+1, err)
		}
	}
	if err := apply("oncall", flowSpec(badSource)); !apierrors.IsConflict(err) {
		t.Errorf("another applier's source without force: %v, want a conflict", err)
	}
}

// The one command that asks for a verdict, on objects that each usual tool keeps, in every label mode.
func TestAForcedDryRunGivesTheVerdictWhoeverKeepsTheObject(t *testing.T) {
	keepers := map[string]func(t *testing.T, u *user, namespace string) error{
		"kubectl": func(t *testing.T, _ *user, namespace string) error {
			return kubectlApply(t, namespace, labelledSource)
		},
		"Helm": func(t *testing.T, u *user, namespace string) error {
			return u.Create(t.Context(), aFlow(namespace, labelledSource), client.FieldOwner("helm"))
		},
		"Flux": func(t *testing.T, u *user, namespace string) error {
			return u.Apply(t.Context(), unstructuredFlow(namespace, flowSpec(labelledSource)), client.FieldOwner("kustomize-controller"), client.ForceOwnership)
		},
	}
	for _, mode := range flow.LabelModes {
		t.Run(string(mode), func(t *testing.T) {
			serveWebhooks(t, webhooks.Options{ReadOnlyLabel: mode})
			for keeper, keep := range keepers {
				t.Run(keeper, func(t *testing.T) {
					u := newUser(t, plane.Config())
					namespace := newNamespace(t, u)
					if err := keep(t, u, namespace); err != nil {
						t.Fatal(err)
					}
					checkForcedDryRun(t, u, namespace)
				})
			}
		})
	}
}

func checkForcedDryRun(t *testing.T, u *user, namespace string) {
	t.Helper()
	before := &unstructured.Unstructured{}
	before.SetGroupVersionKind(object("", "KestraFlow", nil).GroupVersionKind())
	key := client.ObjectKey{Namespace: namespace, Name: "hello"}
	if err := u.Get(t.Context(), key, before); err != nil {
		t.Fatal(err)
	}
	dryRun := []string{"--dry-run=server", "--server-side", "--force-conflicts"}
	if err := kubectlApply(t, namespace, labelledSource+"# more\n", dryRun...); err != nil {
		t.Errorf("a good flow is refused: %v", err)
	}
	err := kubectlApply(t, namespace, badHead+label+badTasks, dryRun...)
	if err == nil || strings.Count(err.Error(), "* spec.source: Invalid value: line ") < 2 {
		t.Errorf("a bad flow: %v; want both findings", err)
	}
	after := before.DeepCopy()
	if err := u.Get(t.Context(), key, after); err != nil || after.GetResourceVersion() != before.GetResourceVersion() {
		t.Errorf("the object changed, or: %v", err)
	}
}
