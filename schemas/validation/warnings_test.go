package validation

import (
	"strings"
	"testing"

	"github.com/kestra-operator/kestra-operator/schemas/flow"
)

// The API server cuts longer warnings, and half a sentence does not say what to do.
func TestNoUsualWarningIsCut(t *testing.T) {
	const task = "  - {id: a, message: b, type: io.kestra.core.tasks.log.Log}\n"
	cases := map[string]string{
		"an old name":              task,
		"old names in many lines":  strings.Repeat(task, 12),
		"a plugin":                 "  - {id: a, type: io.kestra.plugin.googleworkspace.sheets.SpreadsheetsDownloads}\n",
		"plugin defaults":          task + "pluginDefaults:\n  - {type: io.kestra.plugin.core.log.Log, values: {level: INFO}}\n",
		"task defaults":            task + "taskDefaults:\n  - {type: io.kestra.plugin.core.log.Log, values: {level: INFO}}\n",
		"listeners":                task + "listeners:\n  - tasks:\n    - {id: b, type: io.kestra.plugin.core.log.Log, message: c}\n",
		"a type without an heir":   "  - {id: a, type: io.kestra.plugin.core.flow.EachSequential, value: '[1]', tasks: [{id: b, type: io.kestra.plugin.core.log.Log, message: c}]}\n",
		"a condition of a trigger": task + "triggers:\n  - {id: t, type: io.kestra.plugin.core.trigger.Flow, conditions: [{type: io.kestra.plugin.core.condition.ExecutionNamespaceCondition, namespace: a}]}\n",
		"an alias":                 task + "variables: {some: &a_name_of_medium_length 1, other: *a_name_of_medium_length}\n",
		"a merge key":              task + "variables: {some: &name {}, other: {<<: *name}}\n",
		"what only Enterprise has": "  - {id: a, message: b, type: io.kestra.plugin.core.log.Log, assets: {inputs: [{id: c}]}}\n",
	}
	for name, tail := range cases {
		t.Run(name, func(t *testing.T) {
			report := flow.Check([]byte("id: hello\nnamespace: company.team\ntasks:\n"+tail), flow.Identity{}, nil, flow.Options{})
			warnings := SourceWarnings(report)
			if len(warnings) == 0 {
				t.Fatalf("no warning among %v", report.Findings)
			}
			for _, warning := range warnings {
				if strings.HasSuffix(warning, "…") {
					t.Errorf("cut: %q", warning)
				}
			}
		})
	}
}
