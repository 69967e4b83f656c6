package controllers_test

import (
	"net/http"
	"strings"
	"testing"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/kestra-operator/kestra-operator/schemas/v1alpha1"
	devkestra "github.com/kestra-operator/kestra-operator/test/kestra"
)

func TestProblemsOfKestraAreTold(t *testing.T) {
	cases := map[string]struct {
		fault       devkestra.Fault
		wantReason  string
		wantStalled bool
		wantMessage string
	}{
		"no answer":           {devkestra.Fault{Drop: true}, v1alpha1.ReasonUnavailable, false, "flow main/company.team/hello"},
		"a server error":      {devkestra.Fault{Status: 503}, v1alpha1.ReasonUnavailable, false, "503"},
		"credentials refused": {devkestra.Fault{Status: 401}, v1alpha1.ReasonUnauthorized, false, "the operator's own credentials"},
		"a login page":        {devkestra.Fault{Status: 200, Body: "<html>"}, v1alpha1.ReasonUnavailable, false, "is this Kestra's API port?"},
		"a refusal for good": {devkestra.Fault{Status: 422, Body: `{"message":"Invalid entity: no"}`},
			v1alpha1.ReasonRejected, true, "Invalid entity: no"},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t, devkestra.Options{})
			w.kestra.Fail(devkestra.Call("", "/flows"), tc.fault, devkestra.Always)
			w.start()
			obj := makeFlow("hello", "hello", sourceOf("hello", "hi"))
			w.create(obj)
			w.awaitReady(obj, metav1.ConditionFalse, tc.wantReason)
			if message := conditionOf(obj, v1alpha1.ConditionSynced).Message; !strings.Contains(message, tc.wantMessage) {
				t.Errorf("message = %q, want it to say %q", message, tc.wantMessage)
			}
			stalled, reconciling := conditionOf(obj, v1alpha1.ConditionStalled), conditionOf(obj, v1alpha1.ConditionReconciling)
			if (stalled.Status == metav1.ConditionTrue) != tc.wantStalled || (reconciling.Status == metav1.ConditionTrue) == tc.wantStalled {
				t.Errorf("Stalled = %q, Reconciling = %q; want stalled: %v", stalled.Status, reconciling.Status, tc.wantStalled)
			}
			w.kestra.Heal()
			if tc.wantStalled {
				w.requestReconcile(obj)
			}
			w.awaitSynced(obj)
		})
	}
}

func TestAnInvalidFlowThatAServerAnswersWith500IsRejected(t *testing.T) {
	w := newWorld(t, devkestra.Options{})
	w.kestra.Fail(devkestra.Call(http.MethodPost, "/flows/validate"), devkestra.Fault{Status: 200,
		Body: `[{"index":0,"constraints":"tasks: must not be empty"}]`}, devkestra.Always)
	w.kestra.Fail(devkestra.Call(http.MethodPost, "/flows"), devkestra.Fault{Status: 500}, devkestra.Always)
	w.start()
	obj := makeFlow("hello", "hello", sourceOf("hello", "hi"))
	w.create(obj)
	w.awaitReady(obj, metav1.ConditionFalse, v1alpha1.ReasonRejected)
	if message := conditionOf(obj, v1alpha1.ConditionReady).Message; !strings.Contains(message, "tasks: must not be empty") {
		t.Errorf("message = %q, want the server's", message)
	}
}

func TestAnUpdateIsValidatedByTheServerFirst(t *testing.T) {
	w := newWorld(t, devkestra.Options{}).start()
	obj := makeFlow("hello", "hello", sourceOf("hello", "one"))
	w.create(obj)
	w.awaitSynced(obj)
	w.kestra.ResetRequests()
	w.kestra.Fail(devkestra.Call(http.MethodPost, "/flows/validate"), devkestra.Fault{Status: 200,
		Body: `[{"index":0,"constraints":"unknown property"}]`}, devkestra.Always)
	update(w, obj, func(obj *v1alpha1.KestraFlow) { obj.Spec.Source = sourceOf("hello", "two") })
	w.awaitReady(obj, metav1.ConditionFalse, v1alpha1.ReasonRejected)
	if writes := w.kestra.Writes(); len(writes) > 0 {
		t.Errorf("writes = %+v, want none", writes)
	}
}
