package schema

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/kestra-operator/kestra-operator/schemas/flow"
)

func embedded(t *testing.T, line string) *Catalog {
	t.Helper()
	built, err := flow.Embedded(line)
	if err != nil {
		t.Fatal(err)
	}
	c, err := Read(built)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestShowPrintsATypeByAnyOfItsNames(t *testing.T) {
	c := embedded(t, "1.3")
	var outputs []string
	for _, name := range []string{"io.kestra.plugin.core.log.Log", "io.kestra.core.tasks.log.Log", "log.Log"} {
		var out strings.Builder
		if err := Show(&out, c, name); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		outputs = append(outputs, out.String())
	}
	if outputs[0] != outputs[1] || outputs[0] != outputs[2] {
		t.Errorf("the same type is shown differently by its names:\n%s", strings.Join(outputs, "\n"))
	}
	for _, want := range []string{"io.kestra.plugin.core.log.Log\n", "old name: io.kestra.core.tasks.log.Log\n", "  logLevel", "ERROR | WARN", "message", "required"} {
		if !strings.Contains(outputs[0], want) {
			t.Errorf("the type is shown without %q:\n%s", want, outputs[0])
		}
	}
}

func TestShowNamesWhatItCannotFind(t *testing.T) {
	c := embedded(t, "1.3")
	if err := Show(&strings.Builder{}, c, "Lgo"); err == nil || !strings.Contains(err.Error(), `no type "Lgo"; "schema show" lists them`) {
		t.Errorf("error %v, want it to name the type and what to do", err)
	}
}

func TestShowNamesTheClassOfAnInput(t *testing.T) {
	var out strings.Builder
	if err := Show(&out, embedded(t, "1.3"), "STRING"); err != nil {
		t.Fatal(err)
	}
	if want := "io.kestra.core.models.flows.input.StringInput\nname: STRING\n"; !strings.HasPrefix(out.String(), want) {
		t.Errorf("want %q at the start of:\n%s", want, out.String())
	}
}

func TestShowListsTypesWithoutOldNames(t *testing.T) {
	var out strings.Builder
	if err := Show(&out, embedded(t, "1.3"), ""); err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(out.String(), "io.kestra.plugin.core.log.Log\n") || strings.Contains(out.String(), "io.kestra.core.tasks") {
		t.Errorf("list of types:\n%s", out.String())
	}
}

// diff returns what Diff prints.
func diff(t *testing.T, before, after *Catalog) string {
	t.Helper()
	var out strings.Builder
	if err := Diff(&out, before, after); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

func TestDiffOfAnUpgradeNamesWhatToUseInstead(t *testing.T) {
	before, after := embedded(t, "1.3"), embedded(t, "2.0")
	got := diff(t, before, after)
	for _, want := range []string{
		"- io.kestra.core.tasks.log.Log → io.kestra.plugin.core.log.Log\n",
		"- io.kestra.plugin.core.flow.EachSequential → io.kestra.plugin.core.flow.Loop\n",
		"- io.kestra.plugin.core.condition.* (18 types) → an expression in the trigger's \"when\"\n",
		"- BOOLEAN → BOOL\n",
		"- every task: workerGroup → workerSelector\n",
		"- every trigger: conditions → when\n",
		"- the flow: listeners → use a trigger of the type io.kestra.plugin.core.trigger.Flow\n",
		"- the flow: pluginDefaults → set the properties in each task (by Kestra's documentation)\n",
		"! the input MultiselectInput: values\n",
		"! the input ArrayInput: itemType: ENUM, BOOLEAN\n",
		"+ io.kestra.plugin.core.flow.Loop\n",
	} {
		if strings.Count(got, want) != 1 {
			t.Errorf("the upgrade to 2.0 is shown %d times with %q", strings.Count(got, want), want)
		}
	}
	if strings.Contains(got, ": type") {
		t.Errorf("the type of a type is shown:\n%s", got)
	}
	if got := diff(t, before, before); got != "" {
		t.Errorf("a catalog differs from itself:\n%s", got)
	}
}

func TestDiffOfLinesWithoutACatalogShowsWhatCameBetween(t *testing.T) {
	want := "New types\n+ FORM\n\nNew properties\n+ every task: pluginDefaultsRef (text)\n+ every trigger: pluginDefaultsRef (text)\n" +
		"+ io.kestra.core.models.flows.PluginDefault: ref (text)\n"
	if diff := cmp.Diff(want, diff(t, embedded(t, "1.2"), embedded(t, "1.3"))); diff != "" {
		t.Error(diff)
	}
}

func TestDiffOfProperties(t *testing.T) {
	catalog := func(d definition) *Catalog {
		return &Catalog{
			Families:    map[string]family{"tasks": {Plugins: true, Types: map[string]string{"a.Task": "a.Task"}}},
			Definitions: map[string]definition{"a.Task": d},
		}
	}
	before := catalog(definition{Properties: map[string]property{"gone": {Kind: "text"}, "kept": {Kind: "text"}, "old": {Kind: "text"}, "mode": {Kind: "enum", Enum: []string{"A", "B"}}}})
	after := catalog(definition{
		Properties: map[string]property{"kept": {Kind: "integer"}, "new": {Kind: "boolean"}, "old": {Kind: "text", Deprecated: true}, "mode": {Kind: "enum", Enum: []string{"B"}}},
		Required:   []string{"kept"},
	})
	want := `Properties that are gone, and what takes their place
- a.Task: gone

Properties that are required now
! a.Task: kept

Properties that take something else
! a.Task: kept: integer, was text

Values that are gone
! a.Task: mode: A

Deprecated from now on
! a.Task: old

New properties
+ a.Task: new (boolean)
`
	if diff := cmp.Diff(want, diff(t, before, after)); diff != "" {
		t.Error(diff)
	}
}
