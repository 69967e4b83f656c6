package controllers_test

import (
	"slices"
	"testing"

	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/kestra-operator/kestra-operator/schemas/v1alpha1"
	devkestra "github.com/kestra-operator/kestra-operator/test/kestra"
)

var enterpriseFinalizerOf = map[string]string{
	"flow": "kestraflows.model.kestra.io/finalizer", "key-value": "kestrakeyvalues.model.kestra.io/finalizer",
	"file": "kestranamespacefiles.model.kestra.io/finalizer",
}

// held is an object that nobody keeps yet, with the finalizer that the Enterprise operator left.
func held(t *testing.T, w *world, kind modelKind) client.Object {
	t.Helper()
	obj := kind.make("held", "target", "one")
	name := enterpriseFinalizerOf[kind.name]
	if name == "" {
		t.Fatalf("no finalizer is known of kind %s", kind.name)
	}
	obj.SetFinalizers([]string{name, "example.com/other"})
	w.create(obj)
	return obj
}

func TestAFinalizerOfTheEnterpriseOperatorIsReplaced(t *testing.T) {
	for _, kind := range modelKinds {
		t.Run(kind.name, func(t *testing.T) {
			w := newWorld(t, devkestra.Options{})
			obj := held(t, w, kind)
			w.start()
			w.awaitSynced(obj)
			want := []string{"example.com/other", v1alpha1.Finalizer}
			if got := slices.Sorted(slices.Values(obj.GetFinalizers())); !slices.Equal(got, want) {
				t.Errorf("finalizers = %v, want %v", got, want)
			}
			update(w, obj, func(o client.Object) { o.SetFinalizers([]string{v1alpha1.Finalizer}) })
			w.delete(obj)
		})
	}
}

func TestAFinalizerOfTheEnterpriseOperatorTrapsNoObjectThatIsBeingDeleted(t *testing.T) {
	for _, kind := range modelKinds {
		t.Run(kind.name, func(t *testing.T) {
			w := newWorld(t, devkestra.Options{})
			obj := held(t, w, kind)
			update(w, obj, func(o client.Object) { o.SetFinalizers([]string{enterpriseFinalizerOf[kind.name]}) })
			w.beginDeletion(obj)
			w.start()
			w.awaitGone(obj)
			if got := w.kestra.WriteCount(); got != 0 {
				t.Errorf("%d writes to Kestra, want none", got)
			}
		})
	}
}
