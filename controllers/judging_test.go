package controllers_test

import (
	"context"
	"strings"
	"sync/atomic"
	"testing"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/kestra-operator/kestra-operator/schemas/flow"
	"github.com/kestra-operator/kestra-operator/schemas/v1alpha1"
	devkestra "github.com/kestra-operator/kestra-operator/test/kestra"
)

// pluginSource is a flow with a type that no embedded catalog has, where only Kestra's core has types.
func pluginSource(id string) string {
	return strings.Replace(sourceOf(id, "hi"), "core.log.Log", "core.log.Fresh", 1)
}

// awaitAdmitted waits until the condition Admitted has a status, and returns it.
func (w *world) awaitAdmitted(obj client.Object, status metav1.ConditionStatus) metav1.Condition {
	w.t.Helper()
	w.eventually("Admitted="+string(status)+" of "+obj.GetName(), func(ctx context.Context) (bool, error) {
		err := w.client.Get(ctx, client.ObjectKeyFromObject(obj), obj)
		return conditionOf(obj, v1alpha1.ConditionAdmitted).Status == status, err
	})
	return conditionOf(obj, v1alpha1.ConditionAdmitted)
}

func TestKestraOverrulesWhatItKnowsBetterThanTheCatalog(t *testing.T) {
	w := newWorld(t, devkestra.Options{Judge: devkestra.AcceptAll}).start()
	obj := makeFlow("hello", "hello", pluginSource("hello"))
	w.create(obj)
	w.awaitSynced(obj)
	if admitted := w.awaitAdmitted(obj, metav1.ConditionTrue); !obj.Status.Validated {
		t.Errorf("Admitted = %+v, but the flow does not count as validated", admitted)
	}
}

func TestKestraCannotOverruleWhatItDoesNotSee(t *testing.T) {
	w := newWorld(t, devkestra.Options{Judge: devkestra.AcceptAll}).start()
	obj := makeFlow("hello", "hello", sourceOf("hello", "hi")+"    message: again\n")
	w.create(obj)
	w.awaitReady(obj, metav1.ConditionFalse, v1alpha1.ReasonValidationError)
	if writes := w.kestra.Writes(); len(writes) > 0 {
		t.Errorf("writes = %+v, want none", writes)
	}
}

func TestWithoutKestraAFlowIsNeitherAdmittedNorRefused(t *testing.T) {
	sources := map[string]string{"known": sourceOf("known", "hi"), "unknown": pluginSource("unknown")}
	for name, source := range sources {
		t.Run(name+" to the catalog", func(t *testing.T) {
			w := newWorld(t, devkestra.Options{Judge: devkestra.AcceptAll})
			w.kestra.SetDown(true)
			w.start()
			obj := makeFlow(name, name, source)
			w.create(obj)
			if admitted := w.awaitAdmitted(obj, metav1.ConditionUnknown); admitted.Reason != v1alpha1.ReasonUnavailable {
				t.Errorf("Admitted = %+v, want the reason %s", admitted, v1alpha1.ReasonUnavailable)
			}
			w.kestra.SetDown(false)
			w.awaitSynced(obj)
			w.awaitAdmitted(obj, metav1.ConditionTrue)

			w.kestra.SetDown(true)
			w.requestReconcile(obj)
			w.awaitReady(obj, metav1.ConditionFalse, v1alpha1.ReasonUnavailable)
			w.awaitAdmitted(obj, metav1.ConditionTrue) // what Kestra has decided stays decided
		})
	}
}

func TestAFlowThatKestraRefusesIsNotAdmitted(t *testing.T) {
	w := newWorld(t, devkestra.Options{Judge: devkestra.Refuse("log.message", "must be kinder")}).start()
	obj := makeFlow("hello", "hello", sourceOf("hello", "hi"))
	w.create(obj)
	admitted := w.awaitAdmitted(obj, metav1.ConditionFalse)
	if admitted.Reason != v1alpha1.ReasonRejected || !strings.Contains(admitted.Message, "must be kinder") {
		t.Errorf("Admitted = %+v, want what Kestra says", admitted)
	}
}

func TestFlowsAreJudgedAgainWhenTheCatalogHasChanged(t *testing.T) {
	var catalog atomic.Pointer[flow.Catalog]
	use := func(line string) {
		embedded, err := flow.Embedded(line)
		if err != nil {
			t.Fatal(err)
		}
		catalog.Store(embedded)
	}
	changes := make(chan struct{}, 1)
	w := newWorld(t, devkestra.Options{Judge: devkestra.Refuse("log.message", "no plugin has this type")})
	w.options.Catalog = catalog.Load
	w.options.CatalogChanges = changes
	use("2.0")
	w.start()
	obj := makeFlow("hello", "hello", strings.Replace(sourceOf("hello", "hi"), "core.log.Log", "core.debug.Echo", 1))
	obj.Spec.Source = strings.Replace(obj.Spec.Source, "message:", "format:", 1)
	w.create(obj)
	w.awaitReady(obj, metav1.ConditionFalse, v1alpha1.ReasonValidationError)

	w.kestra.SetJudge(devkestra.AcceptAll)
	use("1.3")
	changes <- struct{}{}
	w.awaitSynced(obj)
}

func TestWhatAdmissionAskedIsNotAskedAgain(t *testing.T) {
	w := newWorld(t, devkestra.Options{Judge: devkestra.AcceptAll})
	var taken atomic.Value
	w.options.Accepted = func(tenant string, source []byte) bool {
		return tenant == devkestra.DefaultTenant && string(source) == taken.Load()
	}
	taken.Store("")
	w.start()
	obj := makeFlow("hello", "hello", sourceOf("hello", "one"))
	w.create(obj)
	w.awaitSynced(obj)
	for text, want := range map[string]int{"two": 0, "three": 1} {
		if want == 0 {
			taken.Store(readOnlySourceOf("hello", text))
		}
		w.kestra.ResetRequests()
		update(w, obj, func(obj *v1alpha1.KestraFlow) { obj.Spec.Source = sourceOf("hello", text) })
		w.awaitSynced(obj)
		if asked := len(w.kestra.Requests(devkestra.Request.IsValidate)); asked != want {
			t.Errorf("Kestra was asked %d times about the text %q, want %d", asked, text, want)
		}
	}
}
