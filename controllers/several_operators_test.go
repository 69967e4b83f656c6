package controllers_test

import (
	"context"
	"testing"

	"k8s.io/apimachinery/pkg/labels"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/controller/controllerutil"

	"github.com/kestra-operator/kestra-operator/schemas/v1alpha1"
	devkestra "github.com/kestra-operator/kestra-operator/test/kestra"
	"github.com/kestra-operator/kestra-operator/test/suite"
)

// selectorOf parses the selector of an operator's objects.
func selectorOf(t *testing.T, text string) labels.Selector {
	t.Helper()
	selector, err := labels.Parse(text)
	if err != nil {
		t.Fatal(err)
	}
	return selector
}

// Two operators with a Kestra each share a Kubernetes namespace; their objects name the same targets.
func TestTwoOperatorsNeverTouchEachOthersObjects(t *testing.T) {
	const class = v1alpha1.LabelOperatorClass
	plain := newWorld(t, devkestra.Options{})
	plain.objects = selectorOf(t, "!"+class)
	blue := newWorld(t, devkestra.Options{})
	blue.namespace, blue.objects = plain.namespace, selectorOf(t, class+"=blue")
	plain.start()
	blue.start()

	make := func(class string) (objects []client.Object) {
		for _, kind := range modelKinds {
			obj := kind.make("of-"+class+"-"+kind.name, "target", class)
			if class != "plain" {
				obj.SetLabels(map[string]string{v1alpha1.LabelOperatorClass: class})
			}
			objects = append(objects, obj)
		}
		plain.create(objects...)
		return objects
	}
	nobodys, ofPlain, ofBlue := make("green"), make("plain"), make("blue")
	plain.awaitSynced(ofPlain...)
	blue.awaitSynced(ofBlue...)
	for _, kind := range modelKinds {
		for content, w := range map[string]*world{"plain": plain, "blue": blue} {
			if got, _ := kind.read(w, "target"); got != kind.want("target", content) {
				t.Errorf("the %s in the %s Kestra is %q", kind.name, content, got)
			}
		}
	}
	t.Run("also when one side deletes", func(t *testing.T) {
		writes := plain.kestra.WriteCount()
		for _, obj := range ofBlue {
			blue.delete(obj)
		}
		if got := plain.kestra.WriteCount(); got != writes {
			t.Errorf("%d writes to the other Kestra, want none", got-writes)
		}
		for _, kind := range modelKinds {
			if _, found := kind.read(blue, "target"); found {
				t.Errorf("the %s is still in its Kestra", kind.name)
			}
		}
	})
	t.Run("and nobody those of a third", func(t *testing.T) {
		for _, obj := range nobodys {
			plain.eventually("the object", func(ctx context.Context) (bool, error) {
				return true, plain.client.Get(ctx, client.ObjectKeyFromObject(obj), obj)
			})
			if controllerutil.ContainsFinalizer(obj, v1alpha1.Finalizer) || len(suite.StatusOf(obj).Conditions) > 0 {
				t.Errorf("%s was touched: %v, %+v", obj.GetName(), obj.GetFinalizers(), *suite.StatusOf(obj))
			}
		}
	})
}
