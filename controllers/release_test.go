package controllers_test

import (
	"testing"

	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/kestra-operator/kestra-operator/controllers"
	devkestra "github.com/kestra-operator/kestra-operator/test/kestra"
)

func TestReleasedObjectsGoWithoutAnOperatorAndLeaveKestraAsItIs(t *testing.T) {
	w := newWorld(t, devkestra.Options{}).start()
	flow, kv, file := makeFlow("hello", "hello", sourceOf("hello", "hi")), makeKeyValue("k", "", "v"), makeFile("f", "f.txt", "c")
	objects := []client.Object{flow, kv, file}
	w.create(objects...)
	w.awaitSynced(objects...)
	w.stop()
	for _, obj := range objects {
		w.beginDeletion(obj)
	}
	released, err := controllers.Release(t.Context(), w.client, client.InNamespace(w.namespace))
	if err != nil || released != len(objects) {
		t.Errorf("released %d, %v; want %d", released, err, len(objects))
	}
	for _, obj := range objects {
		w.awaitGone(obj)
	}
	assertInKestra(t, w, "hello", readOnlySourceOf("hello", "hi"))
	assertText(t, w, "k", "v")
	assertFile(t, w, "/f.txt", "c")
}
