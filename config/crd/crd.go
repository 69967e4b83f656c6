// Package crd holds the generated CustomResourceDefinitions of the three kinds, so that the operator's binary
// can create and update them itself.
//
// It only decodes what `make generate` wrote to bases; the types in schemas/v1alpha1 are the source.
package crd

import (
	"embed"
	"fmt"
	"strconv"

	apiextensionsv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	"sigs.k8s.io/yaml"
)

// AnnotationSchemaVersion counts the changes of the schemas. A definition in the cluster that carries a higher
// one is newer and must be left alone: an older schema would prune the fields it does not know.
const AnnotationSchemaVersion = "kestra.io/crd-schema-version"

//go:embed bases/*.yaml
var bases embed.FS

// All returns the definitions of every kind, in the order of their names, freshly decoded.
func All() ([]*apiextensionsv1.CustomResourceDefinition, error) {
	entries, err := bases.ReadDir("bases")
	if err != nil {
		return nil, fmt.Errorf("list the embedded definitions: %w", err)
	}
	var all []*apiextensionsv1.CustomResourceDefinition
	for _, entry := range entries {
		text, err := bases.ReadFile("bases/" + entry.Name())
		if err != nil {
			return nil, fmt.Errorf("read the embedded definition %s: %w", entry.Name(), err)
		}
		definition := &apiextensionsv1.CustomResourceDefinition{}
		if err := yaml.UnmarshalStrict(text, definition); err != nil {
			return nil, fmt.Errorf("decode the embedded definition %s: %w", entry.Name(), err)
		}
		all = append(all, definition)
	}
	return all, nil
}

// SchemaVersion reads a definition's schema version; 0 when it carries none, as the definitions of other
// operators do.
func SchemaVersion(definition *apiextensionsv1.CustomResourceDefinition) (int, error) {
	text, found := definition.Annotations[AnnotationSchemaVersion]
	if !found {
		return 0, nil
	}
	version, err := strconv.Atoi(text)
	if err != nil {
		return 0, fmt.Errorf("the definition %s carries the schema version %q, which is not a number", definition.Name, text)
	}
	return version, nil
}
