package controllers_test

import (
	"net/http"
	"strings"
	"testing"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/kestra-operator/kestra-operator/schemas/v1alpha1"
	devkestra "github.com/kestra-operator/kestra-operator/test/kestra"
	"github.com/kestra-operator/kestra-operator/test/suite"
)

func isDeletion(r devkestra.Request) bool { return r.Method == http.MethodDelete }

func TestADeletionWaitsForKestraAndNamesTheWayOut(t *testing.T) {
	for _, kind := range modelKinds {
		t.Run(kind.name, func(t *testing.T) {
			w := newWorld(t, devkestra.Options{}).start()
			obj := settled(w, kind)
			w.kestra.SetDown(true)
			w.beginDeletion(obj)
			w.awaitReady(obj, metav1.ConditionFalse, v1alpha1.ReasonDeleting)
			if message := conditionOf(obj, v1alpha1.ConditionReady).Message; !strings.Contains(message, "spec.deletionPolicy to Orphan") {
				t.Errorf("message = %q, want the way out", message)
			}
			update(w, obj, func(o client.Object) { orphan(suite.PolicyOf(o)) })
			w.awaitGone(obj)
			w.kestra.Heal()
			if _, found := kind.read(w, "target"); !found {
				t.Error("the target is gone from Kestra")
			}
		})
	}
}

// The choice is made while no operator runs, and holds when one comes back.
func TestOrphanCanBeChosenWhileDeletingWithoutAnOperator(t *testing.T) {
	for _, kind := range modelKinds {
		t.Run(kind.name, func(t *testing.T) {
			w := newWorld(t, devkestra.Options{}).start()
			obj := settled(w, kind)
			w.stop()
			w.beginDeletion(obj)
			update(w, obj, func(o client.Object) { orphan(suite.PolicyOf(o)) })
			w.kestra.ResetRequests()
			w.start()
			w.awaitGone(obj)
			if got := w.kestra.RequestCount(); got != 0 {
				t.Errorf("%d calls of Kestra, want none", got)
			}
			if _, found := kind.read(w, "target"); !found {
				t.Error("the target is gone from Kestra")
			}
		})
	}
}

func TestTheNextObjectTakesOverWithoutAGapInKestra(t *testing.T) {
	for _, kind := range modelKinds {
		t.Run(kind.name, func(t *testing.T) {
			w := newWorld(t, devkestra.Options{}).start()
			first := settled(w, kind)
			second := kind.make("second", "target", "two")
			w.create(second)
			w.awaitReady(second, metav1.ConditionFalse, v1alpha1.ReasonConflict)
			w.delete(first)
			w.awaitSynced(second)
			if got, _ := kind.read(w, "target"); got != kind.want("target", "two") {
				t.Errorf("in Kestra: %q", got)
			}
			if deletions := w.kestra.Requests(isDeletion); len(deletions) > 0 {
				t.Errorf("deletions = %+v, want none", deletions)
			}
			w.delete(second)
			if _, found := kind.read(w, "target"); found {
				t.Error("the target is still in Kestra after the last object")
			}
		})
	}
}

func TestADeletionIsSuspendedToo(t *testing.T) {
	for _, kind := range modelKinds {
		t.Run(kind.name, func(t *testing.T) {
			w := newWorld(t, devkestra.Options{}).start()
			obj := settled(w, kind)
			update(w, obj, func(o client.Object) { suspend(suite.PolicyOf(o)) })
			w.awaitReady(obj, metav1.ConditionUnknown, v1alpha1.ReasonSuspended)
			w.kestra.ResetRequests()
			w.beginDeletion(obj)
			w.awaitReady(obj, metav1.ConditionUnknown, v1alpha1.ReasonSuspended)
			if got := w.kestra.RequestCount(); got != 0 {
				t.Errorf("%d calls of Kestra, want none", got)
			}
			update(w, obj, func(o client.Object) { suite.PolicyOf(o).Suspend = false })
			w.awaitGone(obj)
			if _, found := kind.read(w, "target"); found {
				t.Error("the target is still in Kestra")
			}
		})
	}
}
