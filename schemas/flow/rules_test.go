package flow

import (
	"strings"
	"testing"
)

// opening starts a flow; a case goes on from there.
const opening = "id: sample\nnamespace: company.team\n"

// logTask is a task that a case may need beside what it is about.
const logTask = "tasks:\n- {id: log, type: io.kestra.plugin.core.log.Log, message: hi}\n"

// schedule starts a flow with a Schedule; a case adds properties to it.
const schedule = logTask + "triggers:\n- id: daily\n  type: io.kestra.plugin.core.trigger.Schedule\n"

// ruleCase is a source and what the judge must say of it, as summary writes it. Each was decided by a real server.
type ruleCase struct{ source, want string }

func runRuleCases(t *testing.T, line string, cases map[string]ruleCase) {
	t.Helper()
	catalog, err := Embedded(line)
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			report := Check([]byte(opening+c.source), Identity{}, catalog, Options{})
			if got := summary(report); got != c.want {
				t.Errorf("got  %q\nwant %q\nof\n%s", got, c.want, opening+c.source)
			}
		})
	}
}

// task is a flow's only task: the end of its type, and its properties in lines.
func task(properties string) string {
	return "tasks:\n- id: subject\n  type: io.kestra.plugin.core." + strings.ReplaceAll(properties, "\n", "\n  ") + "\n"
}

func TestTasks(t *testing.T) {
	runRuleCases(t, "1.3", map[string]ruleCase{
		"a Log without a message":                 {task("log.Log"), "error missing-property tasks[0].message"},
		"a message that is null":                  {task("log.Log\nmessage: null"), "error missing-property tasks[0].message"},
		"a message that is a list":                {task("log.Log\nmessage: [a, b]"), ""},
		"a misspelled required property":          {task("log.Log\nmesage: hi"), "error unknown-property tasks[0].mesage"},
		"a misspelled property that is null":      {task("log.Log\nmesage: null"), "error missing-property tasks[0].message; warning unknown-property tasks[0].mesage"},
		"an unknown property that is null":        {task("log.Log\nmessage: hi\nnothing: null"), "warning unknown-property tasks[0].nothing"},
		"a level that is a template":              {task("log.Log\nmessage: hi\nlevel: \"{{ inputs.level }}\""), ""},
		"a log level in the wrong case":           {task("log.Log\nmessage: hi\nlogLevel: info"), "error wrong-value tasks[0].logLevel"},
		"a log level by its index":                {task("log.Log\nmessage: hi\nlogLevel: 1"), ""},
		"a boolean as text":                       {task("log.Log\nmessage: hi\ndisabled: \"true\""), ""},
		"a boolean of YAML 1.1":                   {task("log.Log\nmessage: hi\ndisabled: yes"), ""},
		"a boolean as other text":                 {task("log.Log\nmessage: hi\ndisabled: \"yes\""), "error wrong-value tasks[0].disabled"},
		"a task id that is a number":              {"tasks:\n- {id: 5, type: io.kestra.plugin.core.log.Log, message: hi}\n", ""},
		"a task id with a space":                  {"tasks:\n- {id: a b, type: io.kestra.plugin.core.log.Log, message: hi}\n", "error pattern tasks[0].id"},
		"a task without a type":                   {"tasks:\n- {id: a}\n", "error missing-type tasks[0].type"},
		"a type that is a number":                 {"tasks:\n- {id: a, type: 1.5}\n", "error missing-type tasks[0].type"},
		"a type that is a template":               {"tasks:\n- {id: a, type: \"{{ x }}\"}\n", "error unknown-type tasks[0].type"},
		"a core type that does not exist":         {"tasks:\n- {id: a, type: io.kestra.plugin.core.log.Logg}\n", "error unknown-type tasks[0].type"},
		"a trigger among the tasks":               {"tasks:\n- {id: a, type: io.kestra.plugin.core.trigger.Webhook, key: x}\n", "error unknown-type tasks[0].type"},
		"a plugin's type is only warned about":    {"tasks:\n- {id: a, type: io.kestra.plugin.scripts.shell.Commands, commands: [ls]}\n", "warning unknown-plugin tasks[0].type"},
		"what every task has, in an unknown type": {"tasks:\n- {id: a, type: io.kestra.plugin.scripts.shell.Commands, retry: {type: constant}}\n", "warning unknown-plugin tasks[0].type; error missing-property tasks[0].retry.interval"},
		"an old name of a type":                   {"tasks:\n- {id: a, type: io.kestra.core.tasks.log.Log, message: hi}\n", "warning deprecated-type tasks[0].type"},
		"a task that is text":                     {"tasks:\n- a\n", "error wrong-kind tasks[0]"},
		"tasks that are a mapping":                {"tasks: {a: b}\n", "error wrong-kind tasks"},
		"no tasks":                                {"tasks: []\n", "error empty-list tasks"},
		"a nested task that is text is null":      {task("flow.If\ncondition: \"{{ true }}\"\nthen: [a]"), ""},
		"a parallel task must not be null":        {task("flow.Parallel\ntasks: [a]"), "error wrong-kind tasks[0].tasks[0]"},
		"a constant retry that is over at once":   {task("log.Log\nmessage: hi\nretry: {type: constant, interval: PT10S, maxDuration: PT10S}"), "error retry-interval tasks[0].retry.interval"},
		"a constant retry":                        {task("log.Log\nmessage: hi\nretry: {type: constant, interval: PT10S, maxDuration: PT11S}"), ""},
		"a random retry upside down":              {task("log.Log\nmessage: hi\nretry: {type: random, minInterval: PT9S, maxInterval: PT1S}"), "error retry-interval tasks[0].retry.minInterval"},
		"a random retry that is over at once":     {task("log.Log\nmessage: hi\nretry: {type: random, minInterval: PT1S, maxInterval: PT9S, maxDuration: PT5S}"), "error retry-interval tasks[0].retry.maxInterval"},
		"an exponential retry over at once":       {task("log.Log\nmessage: hi\nretry: {type: exponential, interval: PT5S, maxInterval: PT9S, maxDuration: PT3S}"), "error retry-interval tasks[0].retry.interval"},
		"an exponential retry that ends early":    {task("log.Log\nmessage: hi\nretry: {type: exponential, interval: PT1S, maxInterval: PT9S, maxDuration: PT3S}"), ""},
		"an exponential retry upside down":        {task("log.Log\nmessage: hi\nretry: {type: exponential, interval: PT9S, maxInterval: PT1S}"), "error retry-interval tasks[0].retry.interval"},
		"a retry of an unknown kind":              {task("log.Log\nmessage: hi\nretry: {type: CONSTANT, interval: PT1S}"), "error unknown-type tasks[0].retry.type"},
		"a duration in words":                     {task("log.Log\nmessage: hi\nretry: {type: constant, interval: 5 minutes}"), "error wrong-value tasks[0].retry.interval"},
		"a duration in seconds":                   {task("log.Log\nmessage: hi\nretry: {type: constant, interval: 5}"), ""},
		"a Switch without tasks":                  {task("flow.Switch\nvalue: x"), "error empty-switch tasks[0]"},
		"a Switch with a case":                    {task("flow.Switch\nvalue: x\ncases: {a: [{id: b, type: io.kestra.plugin.core.log.Log, message: hi}]}"), ""},
		"validation does not go into cases":       {task("flow.Switch\nvalue: x\ncases: {a: [{id: b, type: io.kestra.plugin.core.log.Log}]}"), "warning missing-property tasks[0].cases.a[0]"},
		"a Pause in a WorkingDirectory":           {task("flow.WorkingDirectory\ntasks: [{id: b, type: io.kestra.plugin.core.flow.Pause}]"), "error not-runnable tasks[0].tasks[0].type"},
		"a flow that starts itself":               {task("flow.Subflow\nnamespace: company.team\nflowId: sample"), "error self-subflow tasks[0].flowId"},
		"a flow that starts another":              {task("flow.Subflow\nnamespace: company.team\nflowId: other"), ""},
		"a template":                              {task("flow.Template\nnamespace: a\ntemplateId: b"), "error template tasks[0].type"},
		"assets":                                  {task("log.Log\nmessage: hi\nassets: {}"), "warning enterprise-only tasks[0].assets"},
		"plugin defaults that are not there":      {task("log.Log\nmessage: hi\npluginDefaultsRef: mine"), "warning deprecated-property tasks[0].pluginDefaultsRef; error unknown-defaults tasks[0].pluginDefaultsRef"},
		"a number that Kestra cannot read":        {"variables: {a: .inf}\n" + logTask, "error malformed-number variables.a"},
		"a revision that is empty":                {"revision: ''\n" + logTask, "error wrong-value revision"},
		"two tasks with the same id, far apart":   {logTask + "errors:\n- {id: log, type: io.kestra.plugin.core.log.Log, message: hi}\n", "error duplicate-id errors[0].id"},
		"concurrency without a limit":             {"concurrency: {behavior: QUEUE}\n" + logTask, "error missing-property concurrency.limit"},
		"a limit of nothing":                      {"concurrency: {limit: 0}\n" + logTask, "error out-of-bounds concurrency.limit"},
		"a reference to an input with a dash":     {"inputs: [{id: a-b, type: STRING}]\n" + task("log.Log\nmessage: \"{{ inputs.a-b }}\""), "error dashed-reference tasks[0].message"},
		"such a reference in brackets":            {"inputs: [{id: a-b, type: STRING}]\n" + task("log.Log\nmessage: \"{{ inputs['a-b'] }}\""), ""},
		"an expression that cannot be parsed":     {task("log.Log\nmessage: \"{{ unclosed\""), ""},
		"labels of a subflow that are text":       {task("flow.Subflow\nnamespace: a\nflowId: b\nlabels: text"), "error wrong-kind tasks[0].labels"},
		"labels of a subflow without a value":     {task("flow.Subflow\nnamespace: a\nflowId: b\nlabels: [{key: a}]"), "error missing-property tasks[0].labels[0].value"},
	})
}

func TestDag(t *testing.T) {
	dag := func(tasks string) string {
		return "tasks:\n- id: dag\n  type: io.kestra.plugin.core.flow.Dag\n  tasks:\n" + tasks
	}
	item := func(id, dependsOn string) string {
		return "  - task: {id: " + id + ", type: io.kestra.plugin.core.log.Log, message: hi}\n    dependsOn: [" + dependsOn + "]\n"
	}
	runRuleCases(t, "1.3", map[string]ruleCase{
		"a chain":                  {dag(item("a", "") + item("b", "a")), ""},
		"an unknown dependency":    {dag(item("a", "z")), "error unknown-dependency tasks[0].tasks[0].dependsOn[0]"},
		"a task that waits itself": {dag(item("a", "a")), "error cyclic-dependency tasks[0].tasks[0].dependsOn[0]"},
		"a circle": {dag(item("a", "b") + item("b", "a")),
			"error cyclic-dependency tasks[0].tasks[0].dependsOn[0]; error cyclic-dependency tasks[0].tasks[1].dependsOn[0]"},
		"validation does not go into its tasks": {dag("  - task: {id: a, type: io.kestra.plugin.core.log.Log}\n"), "warning missing-property tasks[0].tasks[0].task"},
	})
}

func TestInputs(t *testing.T) {
	inputs := func(list string) string { return "inputs: [" + list + "]\n" + logTask }
	runRuleCases(t, "1.3", map[string]ruleCase{
		"an input without an id":                {inputs("{type: STRING}"), "error missing-property inputs[0].id"},
		"an input with the old name of its id":  {inputs("{name: a, type: STRING}"), "warning deprecated-property inputs[0].name"},
		"a type in the wrong case":              {inputs("{id: a, type: string}"), "error unknown-type inputs[0].type"},
		"two inputs with the same id":           {inputs("{id: a, type: STRING}, {id: a, type: INT}"), "error duplicate-id inputs[1].id"},
		"a default of an optional input":        {inputs("{id: a, type: STRING, defaults: x, required: false}"), "error input-default inputs[0].required"},
		"a default beside a prefill":            {inputs("{id: a, type: STRING, defaults: x, prefill: y}"), "error input-default inputs[0].prefill"},
		"a default of another type":             {inputs("{id: a, type: INT, defaults: abc}"), ""},
		"a dependency on nothing":               {inputs("{id: a, type: STRING, dependsOn: {inputs: [z]}}"), "error unknown-dependency inputs[0].dependsOn.inputs[0]"},
		"an array without an item type":         {inputs("{id: a, type: ARRAY}"), "error missing-property inputs[0].itemType"},
		"a choice of choices":                   {inputs("{id: a, type: MULTISELECT, values: [x], itemType: ENUM}"), "error wrong-value inputs[0].itemType"},
		"a validator that is no expression":     {inputs("{id: a, type: STRING, validator: \"{{ x }}\"}"), "error pattern inputs[0].validator"},
		"a validator with a class of braces":    {inputs("{id: a, type: STRING, validator: \"[^{}]+\"}"), ""},
		"a validator that only Java can read":   {inputs("{id: a, type: STRING, validator: \"(?<!a)b++\"}"), ""},
		"a form":                                {inputs("{id: f, type: FORM, inputs: [{id: a, type: STRING}]}"), ""},
		"a form in a form":                      {inputs("{id: f, type: FORM, inputs: [{id: g, type: FORM, inputs: [{id: a, type: STRING}]}]}"), "error nested-form inputs[0].inputs[0]"},
		"two inputs of a form with the same id": {inputs("{id: f, type: FORM, inputs: [{id: a, type: STRING}, {id: a, type: STRING}]}"), "error duplicate-id inputs[0].inputs[1]"},
		"an input of a form within another":     {inputs("{id: f, type: FORM, inputs: [{id: a, type: STRING}, {id: a.b, type: STRING}]}"), "error input-path inputs[0].inputs[1]"},
		"a choice whose first may not be null":  {inputs("{id: a, type: MULTISELECT, values: [x], autoSelectFirst: null}"), "error missing-property inputs[0].autoSelectFirst"},
	})
}

func TestTriggers(t *testing.T) {
	cron := func(expression string) string { return schedule + "  cron: \"" + expression + "\"\n" }
	runRuleCases(t, "1.3", map[string]ruleCase{
		"every morning":                  {cron("0 9 * * *"), ""},
		"a nickname":                     {cron("@daily"), ""},
		"names, ranges, lists and steps": {cron("*/5 8-18/2 1,15 JAN-MAR MON-FRI"), ""},
		"Sunday as seven":                {cron("0 0 * * 7"), ""},
		"a minute too late":              {cron("60 0 * * *"), "error cron triggers[0].cron"},
		"a step of nothing":              {cron("*/0 * * * *"), "error cron triggers[0].cron"},
		"words":                          {cron("nope"), "error cron triggers[0].cron"},
		"the last day, as Quartz has it": {cron("0 0 L * *"), "error cron triggers[0].cron"},
		"six fields without being asked": {cron("0 0 0 * * *"), "error cron triggers[0].cron"},
		"six fields with seconds":        {cron("0 0 0 * * *") + "  withSeconds: true\n", ""},
		"five fields with seconds":       {cron("0 0 * * *") + "  withSeconds: true\n", "error cron triggers[0].cron"},
		"a time zone":                    {cron("@daily") + "  timezone: Europe/Paris\n", ""},
		"an offset":                      {cron("@daily") + "  timezone: \"+02:00\"\n", ""},
		"a time zone that is none":       {cron("@daily") + "  timezone: Paris\n", "error timezone triggers[0].timezone"},
		"conditions for schedules":       {cron("@daily") + "  scheduleConditions: [{type: io.kestra.plugin.core.condition.Weekend}]\n", "warning deprecated-property triggers[0].scheduleConditions; error schedule-conditions triggers[0].scheduleConditions"},
		"a webhook's content type": {logTask + "triggers: [{id: w, type: io.kestra.plugin.core.trigger.Webhook, key: x, responseContentType: text/html}]\n",
			"error wrong-value triggers[0].responseContentType"},
		"two triggers with the same id": {logTask + "triggers:\n- {id: a, type: io.kestra.plugin.core.trigger.Webhook, key: x}\n- {id: a, type: io.kestra.plugin.core.trigger.Webhook, key: y}\n",
			"error duplicate-id triggers[1].id"},
		"two preconditions with the same id": {logTask + "triggers:\n- {id: a, type: io.kestra.plugin.core.trigger.Flow, preconditions: {id: p}}\n- {id: b, type: io.kestra.plugin.core.trigger.Flow, preconditions: {id: p}}\n",
			"warning deprecated-property triggers[0].preconditions; warning deprecated-property triggers[1].preconditions; error duplicate-id triggers[1].preconditions.id"},
		"a required input nobody gives": {"inputs: [{id: a, type: STRING}]\n" + cron("@daily"), ""},
	})
}

func TestPluginDefaults(t *testing.T) {
	defaults := func(entry string) string {
		return "pluginDefaults: [" + entry + "]\ntasks: [{id: log, type: io.kestra.plugin.core.log.Log}]\n"
	}
	const dropped = "warning deprecated-property pluginDefaults" // by Kestra 2
	runRuleCases(t, "1.3", map[string]ruleCase{
		"a default supplies what is required":  {defaults("{type: io.kestra.plugin.core.log.Log, values: {message: hi}}"), dropped},
		"so does one of the package":           {defaults("{type: io.kestra.plugin.core, values: {message: hi}}"), dropped},
		"a default of another type does not":   {defaults("{type: io.kestra.plugin.core.debug.Return, values: {format: hi}}"), dropped + "; error missing-property tasks[0].message"},
		"an unknown property for a known type": {defaults("{type: io.kestra.plugin.core.log.Log, values: {message: hi, mine: 1}}"), dropped + "; error unknown-property pluginDefaults[0].values.mine"},
		"an unknown property for a package":    {defaults("{type: io.kestra.plugin.core, values: {message: hi, mine: 1}}"), dropped},
		"no values for a type that the flow has": {"pluginDefaults: [{type: io.kestra.plugin.core.log.Log}]\n" + logTask,
			dropped + "; error missing-property pluginDefaults[0].values"},
	})
}

func TestKestra2(t *testing.T) {
	runRuleCases(t, "2.0", map[string]ruleCase{
		"an old name of a type":          {"tasks:\n- {id: a, type: io.kestra.core.tasks.log.Log, message: hi}\n", "error removed-type tasks[0].type"},
		"ForEach":                        {"tasks:\n- {id: a, type: io.kestra.plugin.core.flow.ForEach}\n", "error removed-type tasks[0].type"},
		"a boolean input":                {"inputs: [{id: a, type: BOOLEAN}]\n" + logTask, "error removed-type inputs[0].type"},
		"listeners":                      {"listeners: []\n" + logTask, "error removed-property listeners"},
		"forced plugin defaults":         {"pluginDefaults: [{type: a.B, forced: true, values: {}}]\n" + logTask, "warning deprecated-property pluginDefaults; error removed-property pluginDefaults[0].forced"},
		"conditions of a trigger":        {schedule + "  cron: \"@daily\"\n  conditions: []\n", "error removed-property triggers[0].conditions"},
		"a required input nobody gives":  {"inputs: [{id: a, type: STRING}]\n" + schedule + "  cron: \"@daily\"\n", "error missing-schedule-input triggers[0]"},
		"a required input that is given": {"inputs: [{id: a, type: STRING}]\n" + schedule + "  cron: \"@daily\"\n  inputs: {a: x}\n", ""},
		"two of them":                    {"inputs: [{id: a, type: STRING}, {id: b, type: STRING}]\n" + schedule + "  cron: \"@daily\"\n", "error missing-schedule-input triggers[0]"},
		"a webhook that does not either": {"inputs: [{id: a, type: STRING}]\n" + logTask + "triggers: [{id: w, type: io.kestra.plugin.core.trigger.Webhook, key: x}]\n", "warning missing-schedule-input triggers[0]"},
		"the last day of the month":      {schedule + "  cron: \"0 0 L * *\"\n", ""},
		"an option without a value":      {"inputs: [{id: a, type: SELECT, values: [{label: x}]}]\n" + logTask, "error missing-property inputs[0].values[0].value"},
	})
}
