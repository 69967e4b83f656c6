package chart

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/santhosh-tekuri/jsonschema/v5"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/util/wait"
	"k8s.io/client-go/discovery"
	"k8s.io/client-go/rest"
)

// schemas are the OpenAPI schemas that an API server publishes, by kind. Unlike those, they refuse unknown fields.
type schemas map[schema.GroupVersionKind]*jsonschema.Schema

// publishedSchemas reads the schemas of every group that an API server serves, once these kinds are among them: those of
// a definition are published a moment after it is served.
func publishedSchemas(t *testing.T, access *rest.Config, awaited ...schema.GroupVersionKind) schemas {
	t.Helper()
	client, err := discovery.NewDiscoveryClientForConfig(access)
	if err != nil {
		t.Fatal(err)
	}
	for _, kind := range awaited {
		awaitSchema(t, client, kind)
	}
	paths, err := client.OpenAPIV3().Paths()
	if err != nil {
		t.Fatal(err)
	}
	found := schemas{}
	for path, group := range paths {
		if !strings.HasPrefix(path, "api") || strings.Count(path, "/") == 0 {
			continue // versions, tokens and the like
		}
		text, err := group.Schema("application/json")
		if err != nil {
			t.Fatalf("%s: %v", path, err)
		}
		if err := found.add(path, text); err != nil {
			t.Fatalf("%s: %v", path, err)
		}
	}
	return found
}

func awaitSchema(t *testing.T, client discovery.OpenAPIV3SchemaInterface, kind schema.GroupVersionKind) {
	t.Helper()
	err := wait.PollUntilContextTimeout(t.Context(), 100*time.Millisecond, time.Minute, true, func(context.Context) (bool, error) {
		paths, err := client.OpenAPIV3().Paths()
		if err != nil {
			return false, err
		}
		group, found := paths["apis/"+kind.GroupVersion().String()]
		if !found {
			return false, nil
		}
		text, err := group.Schema("application/json")
		return bytes.Contains(text, []byte(`"`+kind.Kind+`"`)), err
	})
	if err != nil {
		t.Fatalf("the schema of %s is not published: %v", kind, err)
	}
}

// add compiles the schemas of one group and version.
func (s schemas) add(path string, text []byte) error {
	var document struct {
		Components struct {
			Schemas map[string]any `json:"schemas"`
		} `json:"components"`
	}
	if err := json.Unmarshal(text, &document); err != nil {
		return err
	}
	for _, definition := range document.Components.Schemas {
		closeStructures(definition)
	}
	closed, err := json.Marshal(document)
	if err != nil {
		return err
	}
	compiler := jsonschema.NewCompiler()
	compiler.Draft = jsonschema.Draft4 // what OpenAPI 3.0 is made of
	url := "https://openapi.test/" + path
	if err := compiler.AddResource(url, bytes.NewReader(closed)); err != nil {
		return err
	}
	for name, definition := range document.Components.Schemas {
		for _, kind := range kindsOf(definition) {
			compiled, err := compiler.Compile(url + "#/components/schemas/" + name)
			if err != nil {
				return err
			}
			s[kind] = compiled
		}
	}
	return nil
}

// closeStructures makes every schema that names its fields refuse others, unless it says that it keeps them.
func closeStructures(node any) {
	switch node := node.(type) {
	case map[string]any:
		_, named := node["properties"].(map[string]any)
		_, more := node["additionalProperties"]
		if named && !more && node["x-kubernetes-preserve-unknown-fields"] != true {
			node["additionalProperties"] = false
		}
		for _, child := range node {
			closeStructures(child)
		}
	case []any:
		for _, child := range node {
			closeStructures(child)
		}
	}
}

// kindsOf are the kinds that a schema says it is of.
func kindsOf(definition any) []schema.GroupVersionKind {
	properties, _ := definition.(map[string]any)
	entries, _ := properties["x-kubernetes-group-version-kind"].([]any)
	if len(entries) != 1 {
		return nil // options of requests are of every group
	}
	entry, _ := entries[0].(map[string]any)
	text := func(key string) string { return fmt.Sprint(entry[key]) }
	return []schema.GroupVersionKind{{Group: text("group"), Version: text("version"), Kind: text("kind")}}
}

func (s schemas) check(o *unstructured.Unstructured) error {
	compiled, found := s[o.GroupVersionKind()]
	if !found {
		return fmt.Errorf("the API server publishes no schema of %s", o.GroupVersionKind())
	}
	text, err := o.MarshalJSON()
	if err != nil {
		return err
	}
	var document any
	if err := json.Unmarshal(text, &document); err != nil {
		return err
	}
	return compiled.Validate(document)
}
