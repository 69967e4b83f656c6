package e2e

import (
	"context"
	"fmt"
	"testing"

	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/kestra-operator/kestra-operator/schemas/v1alpha1"
)

// kestraNamespace is the namespace in Kestra that all flows of the tests are in.
const kestraNamespace = "company.team"

// newFlow makes a flow that says something, with a name that is its id too.
func newFlow(namespace, id, says string) *v1alpha1.KestraFlow {
	source := fmt.Sprintf("id: %s\nnamespace: %s\ntasks:\n  - id: greet\n    type: io.kestra.plugin.core.log.Log\n    message: %s\n", id, kestraNamespace, says)
	return &v1alpha1.KestraFlow{
		TypeMeta:   metav1.TypeMeta{APIVersion: v1alpha1.GroupVersion.String(), Kind: "KestraFlow"},
		ObjectMeta: metav1.ObjectMeta{Namespace: namespace, Name: id},
		Spec:       v1alpha1.KestraFlowSpec{Namespace: kestraNamespace, ID: id, Source: source},
	}
}

// createReady creates a flow and waits until it is in Kestra.
func (r release) createReady(t testing.TB, namespace, id, says string) {
	t.Helper()
	if err := r.admin.Create(t.Context(), newFlow(namespace, id, says)); err != nil {
		t.Fatal(err)
	}
	r.awaitReady(t, namespace, id)
}

// awaitReady waits until a flow is in Kestra.
func (r release) awaitReady(t testing.TB, namespace, id string) {
	t.Helper()
	defer func() {
		if t.Failed() {
			t.Log(r.story(t))
		}
	}()
	eventually(t, "the flow "+namespace+"/"+id+" is ready", func(ctx context.Context) error {
		var flow v1alpha1.KestraFlow
		if err := r.admin.Get(ctx, client.ObjectKey{Namespace: namespace, Name: id}, &flow); err != nil {
			return err
		}
		ready := meta.FindStatusCondition(flow.Status.Conditions, v1alpha1.ConditionReady)
		if ready == nil || ready.Status != metav1.ConditionTrue || ready.ObservedGeneration != flow.Generation {
			return fmt.Errorf("status %+v", flow.Status)
		}
		return nil
	})
}
