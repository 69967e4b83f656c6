package controllers_test

import (
	"context"
	"testing"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/kestra-operator/kestra-operator/schemas/v1alpha1"
	devkestra "github.com/kestra-operator/kestra-operator/test/kestra"
)

func TestAnOptionChangedWhileKestraIsAwayIsWrittenOnceItIsBack(t *testing.T) {
	for name, change := range map[string]func(*v1alpha1.KestraKeyValue){
		"ttl":         func(obj *v1alpha1.KestraKeyValue) { obj.Spec.TTL = "PT1H" },
		"description": func(obj *v1alpha1.KestraKeyValue) { obj.Spec.Description = "a note" },
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t, devkestra.Options{}).start()
			obj := makeKeyValue("greeting", "STRING", "Hello")
			w.create(obj)
			w.awaitSynced(obj)
			w.kestra.ResetRequests()
			w.kestra.SetDown(true)
			update(w, obj, change)
			w.awaitReady(obj, metav1.ConditionFalse, v1alpha1.ReasonUnavailable)
			w.kestra.Heal()
			w.requestReconcile(obj)
			w.awaitSynced(obj)
			if got := len(w.kestra.Writes()); got != 1 {
				t.Errorf("%d writes after Kestra came back, want the one of the changed %s", got, name)
			}
		})
	}
}

func TestAnEntryWithoutATimeToLiveThatExpiresIsWrittenAgain(t *testing.T) {
	w := newWorld(t, devkestra.Options{}).start()
	obj := makeKeyValue("greeting", "STRING", "Hello")
	w.create(obj)
	w.awaitSynced(obj)
	w.stop()
	w.kestra.PutKeyValue("main", team, "greeting", `"Hello"`, time.Hour)
	w.kestra.Clock.Advance(2 * time.Hour)
	w.start()
	w.requestReconcile(obj)
	w.awaitSynced(obj)
	assertText(t, w, "greeting", "Hello")
}

func TestATimeToLiveThatSomebodyElseGaveAnEntryIsTakenOff(t *testing.T) {
	foreign := func(w *world) { w.kestra.PutKeyValue("main", team, "greeting", `"Hello"`, time.Hour) }
	assertForEver := func(t *testing.T, w *world) {
		t.Helper()
		if entry, found := w.kestra.KeyValue("main", team, "greeting"); !found || !entry.Expires.IsZero() {
			t.Errorf("in Kestra: %v, until %v; want one for ever", found, entry.Expires)
		}
	}
	t.Run("when it is adopted", func(t *testing.T) {
		w := newWorld(t, devkestra.Options{}).start()
		foreign(w)
		obj := makeKeyValue("greeting", "STRING", "Hello")
		w.create(obj)
		w.awaitSynced(obj)
		assertForEver(t, w)
	})
	t.Run("but not when only what is identical may be adopted", func(t *testing.T) {
		w := newWorld(t, devkestra.Options{}).start()
		foreign(w)
		obj := makeKeyValue("greeting", "STRING", "Hello")
		adoptSame(&obj.Spec.SyncPolicy)
		w.create(obj)
		w.awaitReady(obj, metav1.ConditionFalse, v1alpha1.ReasonNotAdopted)
	})
	t.Run("as drift, when it came later", func(t *testing.T) {
		w := newWorld(t, devkestra.Options{}).start()
		obj := makeKeyValue("greeting", "STRING", "Hello")
		w.create(obj)
		w.awaitSynced(obj)
		foreign(w)
		w.requestReconcile(obj)
		w.awaitSynced(obj)
		assertForEver(t, w)
		if obj.Status.LastDriftAt == nil {
			t.Error("no drift is noted")
		}
	})
}

func TestADescription(t *testing.T) {
	description := func(w *world) string {
		entry, _ := w.kestra.KeyValue("main", team, "greeting")
		return entry.Description
	}
	t.Run("that the spec does not say is kept", func(t *testing.T) {
		w := newWorld(t, devkestra.Options{}).start()
		w.kestra.PutKeyValue("main", team, "greeting", `"Hello"`, 0)
		w.kestra.DescribeKeyValue("main", team, "greeting", "für alle")
		obj := makeKeyValue("greeting", "STRING", "Hello")
		w.create(obj)
		w.awaitSynced(obj)
		if got := w.kestra.WriteCount(); got != 0 {
			t.Errorf("%d writes, want none", got)
		}
		update(w, obj, func(obj *v1alpha1.KestraKeyValue) { obj.Spec.Value = new("Goodbye") })
		w.awaitSynced(obj)
		if got := description(w); got != "für alle" {
			t.Errorf("the description is %q", got)
		}
	})
	t.Run("that the spec says is put back", func(t *testing.T) {
		w := newWorld(t, devkestra.Options{}).start()
		obj := makeKeyValue("greeting", "STRING", "Hello")
		obj.Spec.Description = "für mich"
		w.create(obj)
		w.awaitSynced(obj)
		w.kestra.DescribeKeyValue("main", team, "greeting", "für alle")
		w.requestReconcile(obj)
		w.awaitSynced(obj)
		if got := description(w); got != "für mich" {
			t.Errorf("the description is %q", got)
		}
	})
}

func TestAnEntryWithATimeToLiveIsWrittenOnceAlsoAfterACrash(t *testing.T) {
	w := newWorld(t, devkestra.Options{})
	restore := crashAfterWrite(w)
	w.start()
	obj := makeKeyValue("greeting", "STRING", "Hello")
	obj.Spec.TTL, obj.Spec.Description = "PT1H", "a note"
	w.create(obj)
	w.eventually("the write", func(context.Context) (bool, error) { return w.kestra.WriteCount() > 0, nil })
	w.stop()
	restore()
	w.start()
	w.awaitSynced(obj)
	if got := w.kestra.WriteCount(); got != 1 {
		t.Errorf("%d writes, want the one before the crash", got)
	}
	if obj.Status.ExpiresAt == nil {
		t.Error("status does not say when the entry ends")
	}
}
