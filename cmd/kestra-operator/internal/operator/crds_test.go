package operator

import (
	"context"
	"strings"
	"testing"
	"time"

	apiextensionsv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/kestra-operator/kestra-operator/config/crd"
)

const flowDefinition = "kestraflows.model.kestra.io"

func (w world) definition(t *testing.T) *apiextensionsv1.CustomResourceDefinition {
	t.Helper()
	var definition apiextensionsv1.CustomResourceDefinition
	if err := w.client.Get(t.Context(), client.ObjectKey{Name: flowDefinition}, &definition); err != nil {
		t.Fatal(err)
	}
	return &definition
}

// tamper changes the flow's definition as another release would have left it.
func (w world) tamper(t *testing.T, schemaVersion string) {
	t.Helper()
	definition := w.definition(t)
	if schemaVersion == "" {
		delete(definition.Annotations, crd.AnnotationSchemaVersion)
	} else {
		definition.Annotations[crd.AnnotationSchemaVersion] = schemaVersion
	}
	definition.Spec.Names.ShortNames = []string{"other"}
	if err := w.client.Update(t.Context(), definition); err != nil {
		t.Fatal(err)
	}
}

func TestDefinitionsAreInstalledAndKept(t *testing.T) {
	w := newWorld(t)
	t.Run("missing ones are named, with the way out", func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), 300*time.Millisecond)
		defer cancel()
		err := awaitCRDs(ctx, w.client)
		if err == nil || !strings.Contains(err.Error(), flowDefinition) || !strings.Contains(err.Error(), "--crds=operator") {
			t.Errorf("error %v, want it to name the definition and the flag", err)
		}
	})
	t.Run("they are created and established", func(t *testing.T) {
		if err := installCRDs(t.Context(), w.client); err != nil {
			t.Fatal(err)
		}
		if err := awaitCRDs(t.Context(), w.client); err != nil {
			t.Fatal(err)
		}
	})
	t.Run("installing the same again changes nothing", func(t *testing.T) {
		before := w.definition(t).ResourceVersion
		if err := installCRDs(t.Context(), w.client); err != nil {
			t.Fatal(err)
		}
		if after := w.definition(t).ResourceVersion; after != before {
			t.Errorf("resource version %s became %s", before, after)
		}
	})
	t.Run("an older one is updated", func(t *testing.T) {
		w.tamper(t, "0")
		if err := installCRDs(t.Context(), w.client); err != nil {
			t.Fatal(err)
		}
		if names := w.definition(t).Spec.Names.ShortNames; len(names) != 1 || names[0] != "flow" {
			t.Errorf("short names %v, want those of this release", names)
		}
	})
	t.Run("one without a version, as the Enterprise operator's, is updated", func(t *testing.T) {
		w.tamper(t, "")
		if err := installCRDs(t.Context(), w.client); err != nil {
			t.Fatal(err)
		}
		if names := w.definition(t).Spec.Names.ShortNames; len(names) != 1 || names[0] != "flow" {
			t.Errorf("short names %v, want those of this release", names)
		}
	})
	t.Run("a newer one stays as it is", func(t *testing.T) {
		w.tamper(t, "1000")
		if err := installCRDs(t.Context(), w.client); err != nil {
			t.Fatal(err)
		}
		if names := w.definition(t).Spec.Names.ShortNames; len(names) != 1 || names[0] != "other" {
			t.Errorf("short names %v, want those of the newer release", names)
		}
	})
	t.Run("a version that is served is not taken away", func(t *testing.T) {
		w.tamper(t, "")
		definition := w.definition(t)
		served := *definition.Spec.Versions[0].DeepCopy()
		served.Name, served.Storage = "v1beta1", false
		definition.Spec.Versions = append(definition.Spec.Versions, served)
		if err := w.client.Update(t.Context(), definition); err != nil {
			t.Fatal(err)
		}
		if err := installCRDs(t.Context(), w.client); err != nil {
			t.Fatal(err)
		}
		if versions := w.definition(t).Spec.Versions; len(versions) != 2 {
			t.Errorf("%d versions are left of two", len(versions))
		}
	})
}
