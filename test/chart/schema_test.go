package chart

import (
	"encoding/json"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"sigs.k8s.io/yaml"
)

func TestAnUnknownValueIsRefusedByItsName(t *testing.T) {
	for name, test := range map[string]struct{ values, want string }{
		"at the top":              {"replicas: 2", "additional properties 'replicas' not allowed"},
		"below":                   {"configuration: {kestra: {uri: x}}", "at '/configuration/kestra': additional properties 'uri' not allowed"},
		"deep down":               {"configuration: {kestra: {apiKey: {fromSecret: {namee: x}}}}", "additional properties 'namee' not allowed"},
		"in a list":               {"extraEnv: [{name: A, vale: b}]", "at '/extraEnv/0': additional properties 'vale' not allowed"},
		"in a documented value":   {"operator: {apikey: x}", "additional properties 'apikey' not allowed"},
		"two at once":             {"{one: 1, certificates: {two: 2}}", "additional properties 'two' not allowed"},
		"a word that is no mode":  {"certificates: {mode: certmanager}", "at '/certificates/mode'"},
		"a wrong type":            {"replicaCount: many", "at '/replicaCount': got string, want integer"},
		"a URL without a scheme":  {"configuration: {kestra: {url: 'kestra:8080'}}", "at '/configuration/kestra/url'"},
		"credentials in the URL":  {"configuration: {kestra: {url: 'http://u:p@kestra:8080'}}", "at '/configuration/kestra/url'"},
		"a namespace no one has":  {"watchNamespaces: [Team_A]", "at '/watchNamespaces/0'"},
		"an argument, not a flag": {"extraArgs: [validate]", "at '/extraArgs/0'"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got := refusal(t, test.values); !strings.Contains(got, test.want) {
				t.Errorf("it says %s\nwithout %s", got, test.want)
			}
		})
	}
}

func TestTheChartCanBePartOfAnother(t *testing.T) {
	render(t, "global: {imageRegistry: r, storageClass: s}")
}

func TestTheChartPassesHelmLint(t *testing.T) {
	for name, values := range map[string]string{"defaults": "", "Enterprise values": enterpriseValues} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			stdout, stderr, err := helm(t, values, "lint", chartFolder, "--strict", "--values", "-")
			if err != nil {
				t.Errorf("%v\n%s%s", err, stdout, stderr)
			}
		})
	}
}

// TestEveryValueOfTheSchemaHasADefault keeps the schema and values.yaml, from which people learn what there is, from
// drifting apart: the other direction is what helm itself checks.
func TestEveryValueOfTheSchemaHasADefault(t *testing.T) {
	var schema map[string]any
	text, err := os.ReadFile(filepath.Join(chartFolder, "values.schema.json"))
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(text, &schema); err != nil {
		t.Fatal(err)
	}
	var values map[string]any
	if text, err = os.ReadFile(filepath.Join(chartFolder, "values.yaml")); err != nil {
		t.Fatal(err)
	}
	if err := yaml.Unmarshal(text, &values); err != nil {
		t.Fatal(err)
	}
	definitions := schema["definitions"].(map[string]any)
	// The one spelling that cannot stand beside its nested form.
	delete(schema["properties"].(map[string]any), "quarkus.operator-sdk.namespaces")
	if missing := undeclared(schema, definitions, values, ""); len(missing) > 0 {
		t.Errorf("values.yaml lacks %q", missing)
	}
}

// undeclared lists the properties of a schema that some values do not hold. A value that is empty by default, as an
// issuer of one's own, is not looked into.
func undeclared(schema, definitions map[string]any, values map[string]any, path string) (missing []string) {
	properties, _ := schema["properties"].(map[string]any)
	for _, name := range slices.Sorted(maps.Keys(properties)) {
		property := properties[name].(map[string]any)
		if reference, ok := property["$ref"].(string); ok {
			property = definitions[strings.TrimPrefix(reference, "#/definitions/")].(map[string]any)
		}
		value, found := values[name]
		if !found {
			missing = append(missing, strings.TrimPrefix(path+"."+name, "."))
			continue
		}
		if nested, ok := value.(map[string]any); ok && len(nested) > 0 && name != "resources" {
			missing = append(missing, undeclared(property, definitions, nested, path+"."+name)...)
		}
	}
	return missing
}
