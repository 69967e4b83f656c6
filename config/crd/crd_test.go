package crd

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	apiextensionsv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
)

func TestAllKindsAreEmbeddedWithTheirShortNamesAndSchemaVersion(t *testing.T) {
	all, err := All()
	if err != nil {
		t.Fatal(err)
	}
	got := map[string][]string{}
	for _, definition := range all {
		got[definition.Spec.Names.Kind] = definition.Spec.Names.ShortNames
		version, err := SchemaVersion(definition)
		if err != nil || version < 1 {
			t.Errorf("%s carries the schema version %d, %v; want one of at least 1", definition.Name, version, err)
		}
	}
	want := map[string][]string{
		"KestraFlow":          {"flow"},
		"KestraKeyValue":      {"keyvalue", "kv"},
		"KestraNamespaceFile": {"namespacefile", "nsfile"},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("embedded kinds (-want +got):\n%s", diff)
	}
}

func TestSchemaVersionOfAnotherOperatorIsZero(t *testing.T) {
	if version, err := SchemaVersion(&apiextensionsv1.CustomResourceDefinition{}); version != 0 || err != nil {
		t.Errorf("got %d, %v; want 0", version, err)
	}
}

func TestSchemaVersionThatIsNotANumberIsAnError(t *testing.T) {
	definition := &apiextensionsv1.CustomResourceDefinition{}
	definition.Annotations = map[string]string{AnnotationSchemaVersion: "new"}
	if version, err := SchemaVersion(definition); err == nil {
		t.Errorf("got %d, want an error", version)
	}
}

// An API server that refuses a field for its pattern or enum quotes what was in it, so the fields that can hold
// secrets have neither.
func TestFieldsThatHoldSecretsHaveNoRuleThatQuotesThem(t *testing.T) {
	all, err := All()
	if err != nil {
		t.Fatal(err)
	}
	secret := map[string][]string{
		"KestraFlow":          {"source"},
		"KestraKeyValue":      {"value", "description"},
		"KestraNamespaceFile": {"content", "binaryContent"},
	}
	for _, definition := range all {
		spec := definition.Spec.Versions[0].Schema.OpenAPIV3Schema.Properties["spec"]
		for _, field := range secret[definition.Spec.Names.Kind] {
			property, found := spec.Properties[field]
			if !found {
				t.Errorf("%s has no field %s", definition.Spec.Names.Kind, field)
			}
			if property.Pattern != "" || property.Enum != nil || property.Format != "" {
				t.Errorf("%s.spec.%s has a rule whose refusal may quote the value", definition.Spec.Names.Kind, field)
			}
		}
		if len(spec.Required) > 0 {
			t.Errorf("%s.spec requires %v: objects of the Enterprise operator that lack them could not be edited", definition.Spec.Names.Kind, spec.Required)
		}
	}
}
