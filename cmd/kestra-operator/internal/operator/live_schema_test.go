package operator

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/kestra-operator/kestra-operator/cmd/kestra-operator/internal/config"
	"github.com/kestra-operator/kestra-operator/schemas/v1alpha1"
	"github.com/kestra-operator/kestra-operator/test/kestra"
	"github.com/kestra-operator/kestra-operator/test/recordings"
)

// withType is a flow whose task is of a type.
func withType(id, taskType string) *v1alpha1.KestraFlow {
	return newFlow(id, strings.NewReplacer("id: good", "id: "+id, "io.kestra.plugin.core.log.Log", taskType).Replace(goodSource))
}

func (w world) admittedIs(t *testing.T, name string, want metav1.ConditionStatus) {
	t.Helper()
	eventually(t, fmt.Sprintf("Admitted=%s of %s", want, name), func() error {
		obj := &v1alpha1.KestraFlow{}
		if err := w.client.Get(t.Context(), client.ObjectKey{Namespace: "default", Name: name}, obj); err != nil {
			return err
		}
		if got := meta.FindStatusCondition(obj.Status.Conditions, v1alpha1.ConditionAdmitted); got == nil || got.Status != want {
			return fmt.Errorf("it is %+v", got)
		}
		return nil
	})
}

// The life of the catalog: Kestra is down when the operator starts, comes up, and gets a plugin.
func TestTheCatalogFollowsKestraThroughItsLife(t *testing.T) {
	server := kestra.Start(t, kestra.Options{Judge: kestra.AcceptAll, FlowSchema: recordings.Read(t, "kestra", "1.3.25", "flow-schema.json"), PluginsHash: 7})
	server.SetDown(true)
	w := newWorld(t)
	w.run(t, w.install(t), func(c *config.Config) { c.Kestra.URL = server.URL() })

	// Ready without Kestra, and judging by the embedded catalog.
	if err := w.client.Create(t.Context(), withType("misspelled", "io.kestra.plugin.core.log.Logg")); !apierrors.IsInvalid(err) {
		t.Fatalf("a misspelled core type while Kestra is down: %v, want a refusal", err)
	}
	for _, obj := range []*v1alpha1.KestraFlow{withType("good", "io.kestra.plugin.core.log.Log"), withType("launch", "io.kestra.plugin.acme.Launch")} {
		if err := w.client.Create(t.Context(), obj); err != nil {
			t.Fatalf("a flow that Kestra shall decide on: %v", err)
		}
		w.admittedIs(t, obj.Name, metav1.ConditionUnknown)
	}

	// Kestra decides as soon as it is there.
	server.SetDown(false)
	for _, name := range []string{"good", "launch"} {
		w.admittedIs(t, name, metav1.ConditionTrue)
	}

	// What it takes against the catalog has the operator look at its schema.
	eventually(t, "a core type that came with an upgrade is admitted", func() error {
		return w.client.Create(t.Context(), withType("fresh", "io.kestra.plugin.core.log.Fresh"))
	})
	server.SetJudge(kestra.JudgeByCheck("1.3.25"))
	eventually(t, "a type that the server lacks is refused by its catalog", func() error {
		err := w.client.Create(t.Context(), withType("lacking", "io.kestra.plugin.acme.Launch"), client.DryRunAll)
		if !apierrors.IsInvalid(err) || !strings.Contains(err.Error(), "knows here") {
			return errors.Join(errors.New("not refused by the catalog"), err)
		}
		return nil
	})
	// What was stored before is judged again, and Kestra is left as it is.
	w.admittedIs(t, "launch", metav1.ConditionFalse)
	if stored, found := server.Flow("main", "company.team", "launch"); !found || stored.Revision != 1 {
		t.Errorf("the flow in Kestra is %+v, want it as it was", stored)
	}
}
