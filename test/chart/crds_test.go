package chart

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	apiextensionsv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"

	"github.com/kestra-operator/kestra-operator/config/crd"
)

func TestDefinitionsInstalledByTheChartAreTheGeneratedOnes(t *testing.T) {
	want, err := crd.All()
	if err != nil {
		t.Fatal(err)
	}
	got := all[*apiextensionsv1.CustomResourceDefinition](render(t, "crds: {mode: chart}"))
	if len(got) != len(want) {
		t.Fatalf("%d definitions, want %d", len(got), len(want))
	}
	for _, definition := range want {
		rendered := named[*apiextensionsv1.CustomResourceDefinition](t, rendering{objects: objects(got)}, definition.Name)
		if diff := cmp.Diff(definition.Spec, rendered.Spec); diff != "" {
			t.Errorf("%s, generated (-) and in the chart (+), make generate copies it: %s", definition.Name, diff)
		}
		for key, value := range definition.Annotations {
			if rendered.Annotations[key] != value {
				t.Errorf("%s: annotation %s is %q, want %q", definition.Name, key, rendered.Annotations[key], value)
			}
		}
		if rendered.Annotations["helm.sh/resource-policy"] != "keep" {
			t.Errorf("%s goes away with the release, and every object with it", definition.Name)
		}
	}
}

func TestDefinitionsAreRenderedInModeChartOnly(t *testing.T) {
	for _, mode := range []string{"operator", "none"} {
		if got := all[*apiextensionsv1.CustomResourceDefinition](render(t, "crds: {mode: "+mode+"}")); len(got) != 0 {
			t.Errorf("mode %s renders %d definitions", mode, len(got))
		}
	}
}

func objects[T object](typed []T) (objects []object) {
	for _, o := range typed {
		objects = append(objects, o)
	}
	return objects
}
