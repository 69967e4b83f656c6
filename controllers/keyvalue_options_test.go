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
	w.kestra.PutKeyValue("main", team, "greeting", `"Hello"`, time.Hour)
	obj := makeKeyValue("greeting", "STRING", "Hello")
	w.create(obj)
	w.awaitSynced(obj)
	w.kestra.Clock.Advance(2 * time.Hour)
	w.requestReconcile(obj)
	w.eventually("the entry is there again", func(ctx context.Context) (bool, error) {
		_, found := w.kestra.KeyValue("main", team, "greeting")
		return found, nil
	})
}
