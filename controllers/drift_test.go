package controllers_test

import (
	"context"
	"strings"
	"testing"
	"time"

	eventsv1 "k8s.io/api/events/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/metrics"

	"github.com/kestra-operator/kestra-operator/schemas/v1alpha1"
	devkestra "github.com/kestra-operator/kestra-operator/test/kestra"
)

func TestDriftIsRepaired(t *testing.T) {
	edits := map[string]func(*world){
		"changed": func(w *world) { w.kestra.PutFlow("main", team, "hello", sourceOf("hello", "edited")) },
		"deleted": func(w *world) { w.kestra.DeleteFlow("main", team, "hello") },
	}
	for name, edit := range edits {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t, devkestra.Options{})
			w.options.Interval = 50 * time.Millisecond
			w.start()
			obj := makeFlow("hello", "hello", sourceOf("hello", "hi"))
			w.create(obj)
			w.awaitSynced(obj)
			edit(w)
			w.eventually("the repair", func(context.Context) (bool, error) {
				stored, found := w.kestra.Flow("main", team, "hello")
				return found && stored.Source == readOnlySourceOf("hello", "hi"), nil
			})
			w.eventually("the status", func(ctx context.Context) (bool, error) {
				err := w.client.Get(ctx, client.ObjectKeyFromObject(obj), obj)
				return obj.Status.LastDriftAt != nil && len(obj.Status.RecentRepairs) == 1, err
			})
			w.eventually("the event", func(ctx context.Context) (bool, error) {
				return hasEvent(ctx, w, v1alpha1.ReasonDrifted, name+" in Kestra")
			})
		})
	}
}

func hasEvent(ctx context.Context, w *world, reason, text string) (bool, error) {
	events := &eventsv1.EventList{}
	if err := w.client.List(ctx, events, client.InNamespace(w.namespace)); err != nil {
		return false, err
	}
	for _, event := range events.Items {
		if event.Reason == reason && strings.Contains(event.Note, text) {
			return true, nil
		}
	}
	return false, nil
}

func TestDriftIsReportedAndLeft(t *testing.T) {
	w := newWorld(t, devkestra.Options{}).start()
	obj := makeFlow("hello", "hello", sourceOf("hello", "hi"), reportDrift)
	w.create(obj)
	w.awaitSynced(obj)
	w.kestra.PutFlow("main", team, "hello", sourceOf("hello", "edited"))
	w.requestReconcile(obj)
	w.awaitReady(obj, metav1.ConditionFalse, v1alpha1.ReasonDrifted)
	assertInKestra(t, w, "hello", sourceOf("hello", "edited"))

	update(w, obj, func(obj *v1alpha1.KestraFlow) { obj.Spec.Source = sourceOf("hello", "changed on purpose") })
	w.awaitSynced(obj)
	assertInKestra(t, w, "hello", readOnlySourceOf("hello", "changed on purpose"))
}

// contended is an object whose target somebody keeps changing back to a foreign text, until it is left alone.
func contended(t *testing.T) (w *world, obj *v1alpha1.KestraFlow, foreign string) {
	t.Helper()
	w = newWorld(t, devkestra.Options{})
	w.options.Interval = 20 * time.Millisecond
	w.start()
	obj = makeFlow("hello", "hello", sourceOf("hello", "hi"))
	w.create(obj)
	w.awaitSynced(obj)
	foreign = sourceOf("hello", "the other cluster's")
	for range 3 {
		w.kestra.PutFlow("main", team, "hello", foreign)
		w.eventually("a repair", func(context.Context) (bool, error) {
			stored, _ := w.kestra.Flow("main", team, "hello")
			return stored.Source != foreign, nil
		})
		w.clock.SetTime(w.clock.Now().Add(time.Minute))
	}
	w.kestra.PutFlow("main", team, "hello", foreign)
	w.awaitReady(obj, metav1.ConditionFalse, v1alpha1.ReasonContended)
	return w, obj, foreign
}

func TestAContendedTargetIsLeftAlone(t *testing.T) {
	w, obj, foreign := contended(t)
	assertInKestra(t, w, "hello", foreign)

	t.Run("until someone says that the dispute is settled", func(t *testing.T) {
		w.requestReconcile(obj)
		w.awaitSynced(obj)
		assertInKestra(t, w, "hello", readOnlySourceOf("hello", "hi"))
	})
}

func TestARequestToReconcileIsEchoedLetterForLetter(t *testing.T) {
	w := newWorld(t, devkestra.Options{}).start()
	obj := makeFlow("hello", "hello", sourceOf("hello", "hi"))
	asked := "11:05:09\u202fAM\n" // as some systems print the time
	obj.Annotations = map[string]string{v1alpha1.AnnotationReconcileAt: asked}
	w.create(obj)
	w.awaitSynced(obj)
	if got := obj.Status.LastHandledReconcileAt; got != asked {
		t.Errorf("the echo is %q, want %q", got, asked)
	}
}

func TestASuspendedObjectIsLeftAlone(t *testing.T) {
	w := newWorld(t, devkestra.Options{}).start()
	obj := makeFlow("hello", "hello", sourceOf("hello", "hi"), suspend)
	w.create(obj)
	w.awaitReady(obj, metav1.ConditionUnknown, v1alpha1.ReasonSuspended)
	if got := w.kestra.RequestCount(); got != 0 {
		t.Errorf("%d calls of Kestra, want none", got)
	}
	update(w, obj, func(obj *v1alpha1.KestraFlow) { obj.Spec.Suspend = false })
	w.awaitSynced(obj)
}

func TestARepairThatFailsDoesNotCountAsOne(t *testing.T) {
	w := newWorld(t, devkestra.Options{}).start()
	obj := makeFlow("hello", "hello", sourceOf("hello", "hi"))
	w.create(obj)
	w.awaitSynced(obj)
	w.kestra.Fail(devkestra.WriteCall, devkestra.Fault{Status: 503}, 3)
	w.kestra.DeleteFlow("main", team, "hello")
	for range 3 {
		w.requestReconcile(obj)
	}
	w.awaitSynced(obj)
	if got := len(obj.Status.RecentRepairs); got != 1 {
		t.Errorf("%d repairs, want 1", got)
	}
}

// What Kestra tells of a change is in the event, and the change is counted.
func TestADriftIsToldAndCounted(t *testing.T) {
	told := map[string]string{"flow": "(revision 2, 20", "key-value": "(revision 2)", "file": "(6 bytes, 20"}
	for _, kind := range modelKinds {
		t.Run(kind.name, func(t *testing.T) {
			w := newWorld(t, devkestra.Options{}).start()
			obj := settled(w, kind)
			gvk, err := w.client.GroupVersionKindFor(obj)
			if err != nil {
				t.Fatal(err)
			}
			counted := repairsCounted(t, gvk.Kind)
			kind.put(w, "target", "edited")
			w.requestReconcile(obj)
			w.awaitSynced(obj)
			w.eventually("the event", func(ctx context.Context) (bool, error) {
				return hasEvent(ctx, w, v1alpha1.ReasonDrifted, "main/"+team+"/")
			})
			if found, err := hasEvent(t.Context(), w, v1alpha1.ReasonDrifted, told[kind.name]); err != nil || !found {
				t.Errorf("no event says %q, %v", told[kind.name], err)
			}
			if got := repairsCounted(t, gvk.Kind) - counted; got != 1 {
				t.Errorf("%v repairs counted, want 1", got)
			}
		})
	}
}

// repairsCounted reads the metric as monitoring does.
func repairsCounted(t *testing.T, kind string) (count float64) {
	t.Helper()
	families, err := metrics.Registry.Gather()
	if err != nil {
		t.Fatal(err)
	}
	for _, family := range families {
		if family.GetName() != "kestra_operator_drifts_total" {
			continue
		}
		for _, metric := range family.GetMetric() {
			labels := map[string]string{}
			for _, label := range metric.GetLabel() {
				labels[label.GetName()] = label.GetValue()
			}
			if labels["kind"] == kind && labels["action"] == "repaired" {
				count += metric.GetCounter().GetValue()
			}
		}
	}
	return count
}

func TestDeletingAContendedObjectLeavesKestraAloneAfterASuspensionToo(t *testing.T) {
	w, obj, foreign := contended(t)
	update(w, obj, func(o *v1alpha1.KestraFlow) { o.Spec.Suspend = true })
	w.awaitReady(obj, metav1.ConditionUnknown, v1alpha1.ReasonSuspended)
	w.beginDeletion(obj)
	update(w, obj, func(o *v1alpha1.KestraFlow) { o.Spec.Suspend = false })
	w.awaitGone(obj)
	assertInKestra(t, w, "hello", foreign)
}
