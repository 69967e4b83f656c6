package flow

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"fmt"
	"os"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/kestra-operator/kestra-operator/test/recordings"
)

// flowSchema is a small server's flow schema with one task type.
const flowSchema = `{
  "$schema": "http://json-schema.org/draft-07/schema#",
  "$ref": "#/definitions/io.kestra.core.models.flows.Flow",
  "definitions": {
    "io.kestra.core.models.flows.Flow": {
      "type": "object",
      "title": "prose",
      "properties": {
        "id": {"type": "string"},
        "namespace": {"type": "string"},
        "tasks": {"type": "array", "minItems": 1, "items": {"anyOf": [{"$ref": "#/definitions/a.Task"}]}}
      },
      "required": ["id", "namespace", "tasks"]
    },
    "a.Task": {
      "allOf": [{"$ref": "#/definitions/a.Base"}, {"properties": {"type": {"enum": ["a.Task", "a.OldTask"]}}, "required": ["type"]}]
    },
    "a.Base": {
      "type": "object",
      "properties": {
        "id": {"type": "string", "markdownDescription": "prose", "pattern": "^[a-z]+"},
        "count": {"type": "integer", "minimum": 1},
        "java": {"type": "string", "pattern": "^(?!x).*"},
        "dynamic": {"type": "string", "$dynamic": true},
        "type": {"type": "string"}
      },
      "required": ["id"]
    }
  }
}`

func catalogFrom(t *testing.T, schema string) *Catalog {
	t.Helper()
	catalog, err := CatalogFromSchema(strings.NewReader(schema), "9.9.9")
	if err != nil {
		t.Fatal(err)
	}
	if err := catalog.Warm(); err != nil {
		t.Fatal(err)
	}
	return catalog
}

func TestCatalogIsMadeOfFactsOnly(t *testing.T) {
	catalog := catalogFrom(t, flowSchema)
	if data := catalog.Marshal(); bytes.Contains(data, []byte("prose")) || !json.Valid(data) {
		t.Errorf("the saved catalog has prose in it, or is not JSON:\n%s", data)
	}
	if got := catalog.DroppedPatterns(); got != 1 {
		t.Errorf("dropped %d patterns, want the one that Go cannot compile", got)
	}
	if got := strings.Join(catalog.Types(), " "); got != "a.OldTask a.Task" {
		t.Errorf("types: %s", got)
	}
	if !catalog.Complete() || catalog.Version() != "9.9.9" {
		t.Errorf("complete %v, version %s", catalog.Complete(), catalog.Version())
	}
}

func TestCatalogFromSchemaJudges(t *testing.T) {
	catalog := catalogFrom(t, flowSchema)
	cases := map[string]struct{ task, want string }{
		"a valid task":                           {"{id: a, type: a.Task, count: 3}", ""},
		"text for a number is a number":          {"{id: a, type: a.Task, count: \"3\"}", ""},
		"anything goes where templates do":       {"{id: a, type: a.Task, dynamic: [1, {b: c}]}", ""},
		"a pattern Go cannot compile is not one": {"{id: a, type: a.Task, java: xyz}", ""},
		"an old name is valid and warned about":  {"{id: a, type: a.OldTask}", "warning deprecated-type tasks[0].type"},
		"a bound":                                {"{id: a, type: a.Task, count: 0}", "error out-of-bounds tasks[0].count"},
		"a pattern matches the whole text":       {"{id: a1, type: a.Task}", "error pattern tasks[0].id"},
		"an inherited requirement":               {"{type: a.Task}", "error missing-property tasks[0].id"},
		"an unknown property":                    {"{id: a, type: a.Task, cuont: 3}", "error unknown-property tasks[0].cuont"},
		"an unknown type is an error":            {"{id: a, type: b.Task}", "error unknown-type tasks[0].type"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			source := "id: a\nnamespace: b\ntasks: [" + c.task + "]\n"
			if got := summary(Check([]byte(source), Identity{}, catalog, Options{})); got != c.want {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
}

// TestWarningsAboutTypesSayWhatIsKnown has types of which less is known than of the core's own.
func TestWarningsAboutTypesSayWhatIsKnown(t *testing.T) {
	cases := map[string]struct {
		catalog    *Catalog
		task, want string
	}{
		"an old name of a plugin's type":       {catalogFrom(t, flowSchema), "{id: a, type: a.OldTask}", "use \"a.Task\": this name is an old one"},
		"a core type that the catalog has not": {mustEmbed(t, "2.0"), "{id: a, type: io.kestra.plugin.core.flow.Vote}", "it may be newer than the catalog that is built in"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			report := Check([]byte(opening+"tasks: ["+c.task+"]\n"), Identity{}, c.catalog, Options{})
			if len(report.Findings) != 1 || report.Findings[0].Severity != Warning || !strings.Contains(report.Findings[0].Message, c.want) {
				t.Errorf("%v, want one warning with %q", report.Findings, c.want)
			}
		})
	}
}

// summary writes findings as "severity rule path", joined by "; ".
func summary(r Report) string {
	parts := make([]string, 0, len(r.Findings))
	for _, f := range r.Findings {
		parts = append(parts, strings.TrimSpace(fmt.Sprintf("%s %s %s", f.Severity, f.Rule, f.Path)))
	}
	return strings.Join(parts, "; ")
}

func TestSavedCatalogsReadTheSame(t *testing.T) {
	catalog := catalogFrom(t, flowSchema)
	var compressed bytes.Buffer
	w := gzip.NewWriter(&compressed)
	if _, err := w.Write(catalog.Marshal()); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	for name, data := range map[string][]byte{"plain": catalog.Marshal(), "gzip": compressed.Bytes()} {
		again, err := LoadCatalog(data)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if again.Key() != catalog.Key() {
			t.Errorf("%s: key %s, want %s", name, again.Key(), catalog.Key())
		}
	}
}

func TestCatalogRefusesWhatItCannotTrust(t *testing.T) {
	twins := `"$ref": "#/definitions/io.kestra.core.models.flows.Flow", "definitions": {"io.kestra.core.models.flows.Flow": {"allOf": [{"$ref": "#/definitions/d0"}]}`
	for i := range 31 {
		next := fmt.Sprintf(`{"$ref": "#/definitions/d%d"}`, i+1)
		twins += fmt.Sprintf(`, "d%d": {"allOf": [%s, %s]}`, i, next, next)
	}
	cases := map[string]string{
		"nothing":                      "",
		"not JSON":                     "<html>",
		"no flow in it":                `{"$ref": "#/definitions/x", "definitions": {}}`,
		"cut off":                      flowSchema[:len(flowSchema)/2],
		"references that multiply":     "{" + twins + ", \"d31\": {}}}",
		"nesting without end":          strings.Repeat(`{"definitions":`, 20_000),
		"a reference outside":          `{"$ref": "file:///etc/passwd", "definitions": {}}`,
		"more definitions than anyone": `{"$ref": "#/definitions/a", "definitions": {"a": {}` + strings.Repeat(`,"b": {}`, 1) + manyDefinitions() + `}}`,
	}
	for name, schema := range cases {
		t.Run(name, func(t *testing.T) {
			if _, err := CatalogFromSchema(strings.NewReader(schema), "1.3"); err == nil {
				t.Error("it was taken for a flow schema")
			}
		})
	}
}

func manyDefinitions() string {
	var b strings.Builder
	for i := range maxDefinitions + 1 {
		fmt.Fprintf(&b, `,"d%d": {}`, i)
	}
	return b.String()
}

// endless is a reader that never ends.
type endless struct{}

func (endless) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = '['
	}
	return len(p), nil
}

func TestCatalogReadsNoMoreThanItsBound(t *testing.T) {
	if _, err := BuildCatalog(endless{}, "1.3"); err == nil || !strings.Contains(err.Error(), "bytes") {
		t.Errorf("got %v, want an error about its size", err)
	}
}

func TestLoadCatalogRefusesDamage(t *testing.T) {
	saved := catalogFrom(t, flowSchema).Marshal()
	cases := map[string][]byte{
		"nothing":            nil,
		"cut off":            saved[:len(saved)-20],
		"no version":         bytes.Replace(saved, []byte(`"version":"9.9.9"`), []byte(`"version":""`), 1),
		"a dangling type":    bytes.Replace(saved, []byte(`"a.OldTask":"a.Task"`), []byte(`"a.OldTask":"a.Gone"`), 1),
		"damaged gzip":       {0x1f, 0x8b, 1, 2, 3},
		"a schema, not this": []byte(flowSchema),
	}
	for name, data := range cases {
		t.Run(name, func(t *testing.T) {
			if _, err := LoadCatalog(data); err == nil {
				t.Error("it was loaded")
			}
		})
	}
}

func TestADefinitionThatDoesNotCompileRefusesNothing(t *testing.T) {
	saved := catalogFrom(t, flowSchema).Marshal()
	damaged := bytes.Replace(saved, []byte(`"kestra":"integer"`), []byte(`"kestra":"nonsense"`), 1)
	catalog, err := LoadCatalog(damaged)
	if err != nil {
		t.Fatal(err)
	}
	if err := catalog.Warm(); err == nil {
		t.Error("Warm does not tell that a definition is damaged")
	}
	report := Check([]byte("id: a\nnamespace: b\ntasks: [{type: a.Task, count: x}]\n"), Identity{}, catalog, Options{})
	if !report.Accepted() {
		t.Errorf("refused for the sake of a damaged definition: %s", summary(report))
	}
}

func TestEmbedded(t *testing.T) {
	for asked, want := range map[string]string{"": "1.3", "1.3": "1.3", "1.3.44": "1.3", "v1.3.1": "1.3", "2.0": "2.0", "2.0.8": "2.0"} {
		catalog, err := Embedded(asked)
		if err != nil {
			t.Fatalf("%q: %v", asked, err)
		}
		if !strings.HasPrefix(catalog.Version(), want) || catalog.Complete() {
			t.Errorf("%q: version %s, complete %v", asked, catalog.Version(), catalog.Complete())
		}
		if err := catalog.Warm(); err != nil {
			t.Errorf("%q: %v", asked, err)
		}
	}
	for _, asked := range []string{"0.12", "7", "banana"} {
		if _, err := Embedded(asked); err == nil || !strings.Contains(err.Error(), "1.3") {
			t.Errorf("%q: got %v, want an error that lists the known lines", asked, err)
		}
	}
}

func TestEmbeddedCatalogsAreCurrent(t *testing.T) {
	for line, server := range map[string]string{"1.3": "1.3.25", "2.0": "2.0.0-SNAPSHOT"} {
		schema, err := os.Open(recordings.Path(t, "kestra", server, "flow-schema.json"))
		if err != nil {
			t.Fatal(err)
		}
		defer schema.Close()
		want, err := BuildCoreCatalog(schema, server)
		if err != nil {
			t.Fatal(err)
		}
		got, err := embedded.ReadFile("catalogs/" + line + ".json")
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(got, want) {
			t.Errorf("the catalog of %s is not what the generator makes; run make generate", line)
		}
	}
}

func TestACatalogMayBeUsedConcurrently(t *testing.T) {
	embeddedCatalog, err := Embedded("")
	if err != nil {
		t.Fatal(err)
	}
	catalog, err := LoadCatalog(embeddedCatalog.Marshal()) // nothing of it is compiled yet
	if err != nil {
		t.Fatal(err)
	}
	source := sampleFlow(4 << 10)
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			if report := Check(source, Identity{}, catalog, Options{}); len(report.Findings) > 0 {
				t.Errorf("%s", summary(report))
			}
		})
	}
	all.Wait()
}

func TestPropertiesOfAType(t *testing.T) {
	catalog := catalogFrom(t, flowSchema)
	want := []Property{
		{Name: "count", Kind: "integer"},
		{Name: "dynamic", Kind: "any"},
		{Name: "id", Kind: "text", Required: true},
		{Name: "java", Kind: "text"},
		{Name: "type", Kind: "any", Required: true, Values: []string{"a.Task", "a.OldTask"}},
	}
	for _, name := range []string{"a.Task", "a.OldTask"} {
		got, ok := catalog.Properties(name)
		if diff := cmp.Diff(want, got); !ok || diff != "" {
			t.Errorf("%s: %v (-want +got):\n%s", name, ok, diff)
		}
	}
	if _, ok := catalog.Properties("b.Task"); ok {
		t.Error("a type that is not there has properties")
	}
}
