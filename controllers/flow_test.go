package controllers_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/kestra-operator/kestra-operator/schemas/flow"
	"github.com/kestra-operator/kestra-operator/schemas/v1alpha1"
	devkestra "github.com/kestra-operator/kestra-operator/test/kestra"
)

func TestInvariant3WhatReachesKestraCarriesTheLabel(t *testing.T) {
	w := newWorld(t, devkestra.Options{}).start()
	obj := makeFlow("hello", "hello", sourceOf("hello", "hi"))
	w.create(obj)
	w.awaitSynced(obj)
	stored, _ := w.kestra.Flow("main", team, "hello")
	if diff := cmp.Diff(readOnlySourceOf("hello", "hi"), stored.Source); diff != "" {
		t.Errorf("source in Kestra (-want +got):\n%s", diff)
	}
	if obj.Spec.Source != sourceOf("hello", "hi") {
		t.Error("the spec was changed")
	}
	status := obj.Status
	if !status.Validated || status.Revision != 1 || status.Reason != "" || len(status.SourceHash) != 64 ||
		status.URL != "https://kestra.example.com/ui/main/flows/edit/company.team/hello" {
		t.Errorf("status = %+v", status)
	}
	if diff := cmp.Diff([]string{v1alpha1.Finalizer}, obj.Finalizers); diff != "" {
		t.Errorf("finalizers (-want +got):\n%s", diff)
	}
}

func TestTheLabelModeOffSendsTheSourceAsItIs(t *testing.T) {
	w := newWorld(t, devkestra.Options{})
	w.options.ReadOnlyLabel = flow.LabelModeOff
	w.start()
	obj := makeFlow("hello", "hello", sourceOf("hello", "hi"))
	w.create(obj)
	w.awaitSynced(obj)
	if stored, _ := w.kestra.Flow("main", team, "hello"); stored.Source != obj.Spec.Source {
		t.Errorf("source in Kestra:\n%s", stored.Source)
	}
}

func TestAnUpdateMakesANewRevision(t *testing.T) {
	w := newWorld(t, devkestra.Options{}).start()
	obj := makeFlow("hello", "hello", sourceOf("hello", "one"))
	w.create(obj)
	w.awaitSynced(obj)
	update(w, obj, func(obj *v1alpha1.KestraFlow) { obj.Spec.Source = sourceOf("hello", "two") })
	w.awaitSynced(obj)
	if stored, _ := w.kestra.Flow("main", team, "hello"); stored.Source != readOnlySourceOf("hello", "two") {
		t.Errorf("source in Kestra:\n%s", stored.Source)
	}
	if obj.Status.Revision != 2 || len(obj.Status.RecentRepairs) != 0 || obj.Status.LastDriftAt != nil {
		t.Errorf("status = %+v, want revision 2 and no drift", obj.Status)
	}
}

func TestADeletedObjectIsDeletedInKestra(t *testing.T) {
	w := newWorld(t, devkestra.Options{}).start()
	obj := makeFlow("hello", "hello", sourceOf("hello", "hi"))
	w.create(obj)
	w.awaitSynced(obj)
	w.delete(obj)
	if _, found := w.kestra.Flow("main", team, "hello"); found {
		t.Error("the flow is still in Kestra")
	}
}

func TestInvariant2AdmittedOrNothing(t *testing.T) {
	w := newWorld(t, devkestra.Options{}).start()
	obj := makeFlow("hello", "hello", sourceOf("hello", "one"))
	w.create(obj)
	w.awaitSynced(obj)
	w.kestra.ResetRequests()
	update(w, obj, func(obj *v1alpha1.KestraFlow) {
		obj.Spec.Source = strings.Replace(sourceOf("other", "two"), "message", "mesage", 1)
	})
	w.awaitReady(obj, metav1.ConditionFalse, v1alpha1.ReasonValidationError)
	if admitted := conditionOf(obj, v1alpha1.ConditionAdmitted); admitted.Status != metav1.ConditionFalse ||
		!strings.Contains(admitted.Message, "line") {
		t.Errorf("Admitted = %+v, want False with the lines of the findings", admitted)
	}
	if stalled := conditionOf(obj, v1alpha1.ConditionStalled); stalled.Status != metav1.ConditionTrue {
		t.Errorf("Stalled = %+v, want True", stalled)
	}
	if obj.Status.Validated || obj.Status.Reason == "" {
		t.Errorf("status = %+v, want not validated, with a reason", obj.Status)
	}
	if writes := w.kestra.Writes(); len(writes) > 0 {
		t.Errorf("writes = %+v, want none", writes)
	}
	update(w, obj, func(obj *v1alpha1.KestraFlow) { obj.Spec.Source = sourceOf("hello", "three") })
	w.awaitSynced(obj)
	if c := conditionOf(obj, v1alpha1.ConditionStalled); c.Type != "" {
		t.Errorf("Stalled = %+v after the correction, want none", c)
	}
}

func TestInvariant5LookCompareWrite(t *testing.T) {
	w := newWorld(t, devkestra.Options{})
	w.options.Interval = 50 * time.Millisecond
	w.start()
	objects := []client.Object{
		makeFlow("hello", "hello", sourceOf("hello", "hi")),
		makeKeyValue("text", "STRING", "PT5M"),
		makeKeyValue("number", "NUMBER", "1.50"),
		makeKeyValue("boolean", "BOOLEAN", "true"),
		makeKeyValue("moment", "DATETIME", "2022-05-01T03:02:01+02:00"),
		makeKeyValue("day", "DATE", "2022-05-01"),
		makeKeyValue("duration", "DURATION", "P3DT3H2M1S"),
		makeKeyValue("json", "JSON", `{"b":[1,null],"a":"é"}`),
		makeFile("script", "scripts/main.py", "print('hi')\r\n"),
		makeFile("empty", "empty.txt", ""),
	}
	w.create(objects...)
	w.awaitSynced(objects...)
	w.kestra.ResetRequests()
	versions := map[string]string{}
	for _, obj := range objects {
		versions[obj.GetName()] = obj.GetResourceVersion()
	}
	w.awaitLooks(10 * len(objects))
	if writes := w.kestra.Writes(); len(writes) > 0 {
		t.Errorf("writes to Kestra = %+v, want none", writes)
	}
	for _, obj := range objects {
		if err := w.client.Get(t.Context(), client.ObjectKeyFromObject(obj), obj); err != nil {
			t.Fatal(err)
		}
		if obj.GetResourceVersion() != versions[obj.GetName()] {
			t.Errorf("%s was written to the API server", obj.GetName())
		}
	}
}

// TestARevisionInTheSourceIsNoDifference shows that a line that Kestra does not compare, and so never stores, is not written
// for ever.
func TestARevisionInTheSourceIsNoDifference(t *testing.T) {
	w := newWorld(t, devkestra.Options{}).start()
	w.kestra.PutFlow("main", team, "hello", readOnlySourceOf("hello", "hi"))
	obj := makeFlow("hello", "hello", "revision: 4\n"+sourceOf("hello", "hi"))
	w.create(obj)
	w.awaitSynced(obj)
	update(w, obj, func(obj *v1alpha1.KestraFlow) {
		obj.Spec.Source = strings.Replace(obj.Spec.Source, "revision: 4", "revision: 5", 1)
	})
	w.awaitSynced(obj)
	w.requestReconcile(obj)
	w.awaitSynced(obj)
	if writes := w.kestra.Writes(); len(writes) > 0 {
		t.Errorf("writes = %+v, want none", writes)
	}
}
