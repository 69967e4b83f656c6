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
	if err := Show(&strings.Builder{}, c, "Lgo"); err == nil || !strings.Contains(err.Error(), `no type "Lgo"`) {
		t.Errorf("error %v, want it to name the type", err)
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

func TestDiffOfAnUpgrade(t *testing.T) {
	before, after := embedded(t, "1.3"), embedded(t, "2.0")
	lines := differences(before, after)
	for _, want := range []string{"- io.kestra.core.tasks.log.Log", "- io.kestra.plugin.core.flow.EachSequential"} {
		if !cmp.Equal(1, strings.Count(strings.Join(lines, "\n")+"\n", want+"\n")) {
			t.Errorf("the upgrade to 2.0 is shown without %q", want)
		}
	}
	if lines := differences(before, before); len(lines) > 0 {
		t.Errorf("a catalog differs from itself: %q", lines)
	}
}

func TestDiffOfProperties(t *testing.T) {
	catalog := func(d definition) *Catalog {
		return &Catalog{
			Families:    map[string]family{"tasks": {Plugins: true, Types: map[string]string{"a.Task": "a.Task"}}},
			Definitions: map[string]definition{"a.Task": d},
		}
	}
	before := catalog(definition{Properties: map[string]property{"gone": {Kind: "text"}, "kept": {Kind: "text"}, "old": {Kind: "text"}}})
	after := catalog(definition{
		Properties: map[string]property{"kept": {Kind: "integer"}, "new": {Kind: "boolean"}, "old": {Kind: "text", Deprecated: true}},
		Required:   []string{"kept"},
	})
	want := []string{
		"- a.Task: gone",
		"! a.Task: kept is required",
		"! a.Task: kept is integer, was text",
		"+ a.Task: new (boolean)",
		"! a.Task: old is deprecated",
	}
	if diff := cmp.Diff(want, differences(before, after)); diff != "" {
		t.Error(diff)
	}
}
