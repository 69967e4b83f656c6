package flow

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// mistake is a source that breaks one rule.
type mistake struct {
	source   string
	line     string // of Kestra; the default one if empty
	identity Identity
	options  Options
}

// mistakes has a source for every rule of the index.
var mistakes = map[string]mistake{
	"alias-not-resolved":        {source: opening + "description: &a x\nvariables: {b: *a}\n" + logTask},
	"avro-schema":               {source: opening + "tasks:\n- {id: a, type: io.kestra.plugin.serdes.avro.IonToAvro, from: x, schema: \"{oops\"}\n", line: "plugins"},
	"broken-type":               {source: opening + "tasks:\n- {id: a, type: io.kestra.plugin.aws.bedrock.Converse, modelId: x, messages: [{a: b}]}\n", line: "plugins"},
	"complex-key":               {source: opening + "variables: {[a]: b}\n" + logTask},
	"control-character":         {source: opening + "description: \"\x01\"\n" + logTask},
	"cron":                      {source: opening + schedule + "  cron: \"0 25 * * *\"\n"},
	"cyclic-dependency":         {source: opening + "inputs:\n- {id: a, type: STRING, dependsOn: {inputs: [b]}}\n- {id: b, type: STRING, dependsOn: {inputs: [a]}}\n" + logTask},
	"dashed-reference":          {source: opening + "inputs: [{id: my-name, type: STRING}]\ntasks: [{id: a, type: io.kestra.plugin.core.log.Log, message: \"{{ inputs.my-name }}\"}]\n"},
	"deprecated-property":       {source: opening + "taskDefaults: []\n" + logTask},
	"deprecated-type":           {source: opening + "tasks: [{id: a, type: io.kestra.core.tasks.log.Log, message: hi}]\n"},
	"duplicate-id":              {source: opening + logTask + "- {id: log, type: io.kestra.plugin.core.log.Log, message: hi}\n"},
	"duplicate-key":             {source: opening + "id: again\n" + logTask},
	"empty-list":                {source: opening + "tasks: []\n"},
	"empty-source":              {source: "# nothing\n"},
	"empty-switch":              {source: opening + "tasks: [{id: a, type: io.kestra.plugin.core.flow.Switch, value: x}]\n"},
	"enterprise-only":           {source: opening + "tasks: [{id: a, type: io.kestra.plugin.core.log.Log, message: hi, assets: {}}]\n"},
	"id-mismatch":               {source: opening + logTask, identity: Identity{ID: "other"}},
	"input-default":             {source: opening + "inputs: [{id: a, type: STRING, defaults: x, required: false}]\n" + logTask},
	"input-path":                {source: opening + "inputs: [{id: f, type: FORM, inputs: [{id: a, type: STRING}, {id: a.b, type: STRING}]}]\n" + logTask},
	"invalid-id":                {source: "id: a b\nnamespace: company.team\n" + logTask},
	"invalid-labels":            {source: opening + "labels: text\n" + logTask},
	"invalid-namespace":         {source: "id: a\nnamespace: Company\n" + logTask},
	"malformed-number":          {source: opening + "variables: {a: .inf}\n" + logTask},
	"merge-key":                 {source: opening + "variables: {<<: {a: b}}\n" + logTask},
	"missing-id":                {source: "namespace: company.team\n" + logTask},
	"missing-namespace":         {source: "id: a\n" + logTask},
	"missing-property":          {source: opening + "tasks: [{id: a, type: io.kestra.plugin.core.log.Log}]\n"},
	"missing-schedule-input":    {source: opening + "inputs: [{id: a, type: STRING}]\n" + schedule + "  cron: \"@daily\"\n", line: "2.0"},
	"missing-type":              {source: opening + "tasks: [{id: a}]\n"},
	"namespace-mismatch":        {source: opening + logTask, identity: Identity{Namespace: "other"}},
	"needs-newer-kestra":        {source: opening + "checks: [{condition: \"{{ true }}\", message: no}]\n" + logTask, line: "1.1"},
	"nested-form":               {source: opening + "inputs: [{id: f, type: FORM, inputs: [{id: g, type: FORM, inputs: [{id: a, type: STRING}]}]}]\n" + logTask},
	"not-a-mapping":             {source: "- a\n"},
	"not-runnable":              {source: opening + "tasks: [{id: a, type: io.kestra.plugin.core.flow.WorkingDirectory, tasks: [{id: b, type: io.kestra.plugin.core.flow.Pause}]}]\n"},
	"out-of-bounds":             {source: opening + "concurrency: {limit: 0}\n" + logTask},
	"pattern":                   {source: opening + "tasks: [{id: a b, type: io.kestra.plugin.core.log.Log, message: hi}]\n"},
	"policy-deleted":            {source: opening + "deleted: true\n" + logTask},
	"policy-depth":              {source: opening + "variables: " + strings.Repeat("[", 1_100) + strings.Repeat("]", 1_100) + "\n" + logTask},
	"policy-nodes":              {source: opening + "variables: [" + strings.Repeat("a,", 60_000) + "]\n" + logTask},
	"policy-read-only":          {source: opening + "labels: {system.readOnly: \"false\"}\n" + logTask},
	"policy-read-only-place":    {source: opening + logTask + "? labels\n: a: b\n"},
	"policy-read-only-required": {source: opening + logTask, options: Options{RequireReadOnly: true}},
	"policy-second-document":    {source: opening + logTask + "---\nid: b\n"},
	"policy-size":               {source: opening + logTask + "# " + strings.Repeat("x", MaxSourceBytes) + "\n"},
	"removed-expression":        {source: opening + "tasks: [{id: a, type: io.kestra.plugin.core.log.Log, message: \"{{ json(inputs.a).b }}\"}]\n"},
	"removed-property":          {source: opening + "tasks: [{id: a, type: io.kestra.plugin.core.flow.Pause, delay: PT1S}]\n", line: "2.0"},
	"removed-type":              {source: opening + "tasks: [{id: a, type: io.kestra.plugin.core.flow.ForEach}]\n", line: "2.0"},
	"reserved-id":               {source: "id: pause\nnamespace: company.team\n" + logTask},
	"retry-interval":            {source: opening + "retry: {type: exponential, interval: PT9S, maxInterval: PT1S}\n" + logTask},
	"schedule-conditions":       {source: opening + schedule + "  cron: \"@daily\"\n  scheduleConditions: [{type: io.kestra.plugin.core.condition.Weekend}]\n"},
	"self-subflow":              {source: opening + "tasks: [{id: a, type: io.kestra.plugin.core.flow.Subflow, namespace: company.team, flowId: sample}]\n"},
	"system-label":              {source: opening + "labels: {system.correlationId: x}\n" + logTask},
	"template":                  {source: opening + "tasks: [{id: a, type: io.kestra.plugin.core.flow.Template, namespace: a, templateId: b}]\n"},
	"timezone":                  {source: opening + schedule + "  cron: \"@daily\"\n  timezone: Paris\n"},
	"too-long":                  {source: opening + "tasks: [{id: " + strings.Repeat("a", 300) + ", type: io.kestra.plugin.core.log.Log, message: hi}]\n"},
	"too-short":                 {source: opening + "tasks: [{id: '', type: io.kestra.plugin.core.log.Log, message: hi}]\n"},
	"unknown-defaults":          {source: opening + "tasks: [{id: a, type: io.kestra.plugin.core.log.Log, message: hi, pluginDefaultsRef: mine}]\n"},
	"unknown-dependency":        {source: opening + "inputs: [{id: name, type: STRING}, {id: b, type: STRING, dependsOn: {inputs: [nmae]}}]\n" + logTask},
	"unknown-plugin":            {source: opening + "tasks: [{id: a, type: io.kestra.plugin.scripts.shell.Commands}]\n"},
	"unknown-property":          {source: opening + "tasks: [{id: a, type: io.kestra.plugin.core.log.Log, mesage: hi}]\n"},
	"unknown-type":              {source: opening + "tasks: [{id: a, type: io.kestra.plugin.core.log.Lgo, message: hi}]\n"},
	"wrong-kind":                {source: opening + "tasks: {a: b}\n"},
	"wrong-value":               {source: opening + "disabled: perhaps\n" + logTask},
	"yaml-syntax":               {source: opening + "tasks: [\n"},
	"yaml-tab":                  {source: opening + "tasks:\n\t- id: a\n"},
}

// TestMessages keeps what users read: one message for each rule, to be reviewed as prose.
func TestMessages(t *testing.T) {
	t.Parallel()
	var all strings.Builder
	for _, rule := range ruleIndex {
		m, ok := mistakes[rule.ID]
		if !ok {
			t.Errorf("no source breaks the rule %s", rule.ID)
			continue
		}
		catalog := catalogForMistake(t, m.line)
		found := false
		for _, f := range Check([]byte(m.source), m.identity, catalog, m.options).Findings {
			if f.Rule == rule.ID {
				found = true
				all.WriteString(string(f.Severity) + " " + f.Rule + ": " + f.String() + "\n")
				if f.Severity == Error && rule.Severity != Error {
					t.Errorf("%s is an error, the index says %s", f.Rule, rule.Severity)
				}
				if len(f.Message) > 400 {
					t.Errorf("the message of %s has %d bytes", f.Rule, len(f.Message))
				}
			}
		}
		if !found {
			t.Errorf("the source for the rule %s does not break it:\n%.300s", rule.ID, m.source)
		}
	}
	golden := filepath.Join("testdata", "messages.txt")
	if *update {
		if err := os.WriteFile(golden, []byte(all.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), all.String()); diff != "" {
		t.Errorf("messages changed (-want +got); review them and run go test -run Messages -update:\n%s", diff)
	}
}

func catalogForMistake(t *testing.T, line string) *Catalog {
	t.Helper()
	if line == "plugins" {
		return catalogOf(t, "1.3.25-plugins")
	}
	catalog, err := Embedded(line)
	if err != nil {
		t.Fatal(err)
	}
	return catalog
}
