package controllers_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/wait"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/kestra-operator/kestra-operator/schemas/v1alpha1"
	devkestra "github.com/kestra-operator/kestra-operator/test/kestra"
)

// Three hundred objects by default; a thousand in make model.
const steadyObjectsVariable, steadyObjects = "STEADY_OBJECTS", 300

func TestThreeSweepsOverSettledObjectsWriteNothing(t *testing.T) {
	count := fromEnvironment(t, steadyObjectsVariable, steadyObjects)
	w := newWorld(t, devkestra.Options{}).start()
	for i := range count {
		name := fmt.Sprintf("o%d", i)
		w.create([]client.Object{
			makeFlow(name, name, sourceOf(name, "hi")), makeKeyValue(name, "STRING", "v"), makeFile(name, name+".txt", "c"),
		}[i%3])
	}
	w.awaitAllSynced(count)
	t.Logf("%d objects: %d calls of Kestra, of which %d writes", count, w.kestra.RequestCount(), w.kestra.WriteCount())
	w.stop()

	w.kestra.ResetRequests()
	before := w.resourceVersions()
	w.options.Interval = 2 * time.Second
	w.start()
	w.awaitSweeps(4) // the first is beside the looks of the start
	if writes := w.kestra.Writes(); len(writes) > 0 {
		t.Errorf("%d writes to Kestra, the first %+v; want none", len(writes), writes[0])
	}
	for name, version := range w.resourceVersions() {
		if version != before[name] {
			t.Errorf("%s was written to the API server", name)
		}
	}
}

// lists returns the objects of all kinds in the world.
func (w *world) lists() []client.Object {
	w.t.Helper()
	flows, values, files := &v1alpha1.KestraFlowList{}, &v1alpha1.KestraKeyValueList{}, &v1alpha1.KestraNamespaceFileList{}
	var objects []client.Object
	for _, list := range []client.ObjectList{flows, values, files} {
		if err := w.client.List(w.t.Context(), list, client.InNamespace(w.namespace)); err != nil {
			w.t.Fatal(err)
		}
	}
	for i := range flows.Items {
		objects = append(objects, &flows.Items[i])
	}
	for i := range values.Items {
		objects = append(objects, &values.Items[i])
	}
	for i := range files.Items {
		objects = append(objects, &files.Items[i])
	}
	return objects
}

func (w *world) awaitAllSynced(count int) {
	w.t.Helper()
	synced := 0
	err := wait.PollUntilContextTimeout(w.t.Context(), time.Second, 5*time.Minute, true, func(context.Context) (bool, error) {
		synced = 0
		for _, obj := range w.lists() {
			if conditionOf(obj, v1alpha1.ConditionReady).Status == metav1.ConditionTrue {
				synced++
			}
		}
		return synced == count, nil
	})
	if err != nil {
		w.t.Fatalf("%d of %d objects are synced: %v", synced, count, err)
	}
}

func (w *world) resourceVersions() map[string]string {
	w.t.Helper()
	versions := map[string]string{}
	for _, obj := range w.lists() {
		versions[fmt.Sprintf("%T %s", obj, obj.GetName())] = obj.GetResourceVersion()
	}
	return versions
}
