package flow

import (
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/kestra-operator/kestra-operator/test/recordings"
)

// TestOneFindingForACause has slips of the hand that could be seen as several mistakes.
func TestOneFindingForACause(t *testing.T) {
	runRuleCases(t, "1.3", map[string]ruleCase{
		"a key twice, first without its value":    {"tasks:\n" + logTask, "error duplicate-key tasks"},
		"two tasks that became one":               {logTask[:len(logTask)-2] + ", type: io.kestra.plugin.core.debug.Return, format: hi}\n", "error duplicate-key tasks[0].type"},
		"an expression without quotes":            {"tasks: [{id: a, type: {{ inputs.type }}}]\n", "error complex-key tasks[0].type"},
		"such an expression as an id":             {"tasks: [{id: {{ inputs.id }}, type: io.kestra.plugin.core.log.Log, message: hi}]\n", "error complex-key tasks[0].id"},
		"such an expression where text is needed": {"description: {{ inputs.text }}\n" + logTask, "error complex-key description"},
		"a misspelled required property":          {task("log.Log\nmesage: hi"), "error unknown-property tasks[0].mesage"},
		"a misspelled list of tasks":              {"taasks: [{id: a}]\n", "error unknown-property taasks"},
		"a line twice":                            {"tasks:\n- id: log\n" + logTask[len("tasks:\n"):], "error missing-type tasks[0].type"},
		"a misspelled type":                       {"tasks: [{id: a, tpye: io.kestra.plugin.core.log.Log}]\n", "error missing-type tasks[0].type"},
	})
	runRuleCases(t, "2.0", map[string]ruleCase{
		"a name that Kestra 2 gave a new one":       {"inputs: [{name: a, type: STRING}]\n" + logTask, "error removed-property inputs[0].name"},
		"a property that Kestra 2 gave another one": {"inputs: [{id: a, type: MULTISELECT, options: [b]}]\n" + logTask, "error removed-property inputs[0].options"},
	})
	for source, want := range map[string]string{
		"  id: sample\nnamespace: company.team\n" + logTask: "error yaml-syntax",
		"idd: sample\nnamespace: company.team\n" + logTask:  "error unknown-property idd",
		"id: sample\nnamspace: company.team\n" + logTask:    "error unknown-property namspace",
		"id: sample\nnamespace: {{ x }}\n" + logTask:        "error complex-key namespace",
	} {
		if got := summary(Check([]byte(source), Identity{}, nil, Options{})); got != want {
			t.Errorf("got  %q\nwant %q\nof\n%s", got, want, source)
		}
	}
}

// TestTheReportOfASourceIsAlwaysTheSame judges sources with many findings again and again: nothing may depend on the
// order of a map.
func TestTheReportOfASourceIsAlwaysTheSame(t *testing.T) {
	t.Parallel()
	sources := map[string]string{"as near to min as to max": opening + "inputs: [{id: a, type: INT, man: 1}]\n" + logTask}
	for name, source := range worstSources() {
		sources[name] = opening + source[:min(len(source), 4_000)]
	}
	for rule, m := range mistakes {
		if len(m.source) < 4_000 {
			sources[rule] = m.source
		}
	}
	path := filepath.Join(recordings.Folder(), "kestra", "1.3.25", "slips.jsonl")
	if found, err := filepath.Glob(path); err == nil && len(found) > 0 {
		for i, v := range readVerdicts(t, path) {
			if i%25 == 0 && !v.Accepted {
				sources[v.Source] = v.Source
			}
		}
	}
	for name, source := range sources {
		first := Check([]byte(source), Identity{}, nil, Options{})
		for range 20 {
			if diff := cmp.Diff(first, Check([]byte(source), Identity{}, nil, Options{})); diff != "" {
				t.Fatalf("%s: two reports differ:\n%s", name, diff)
			}
		}
	}
}
