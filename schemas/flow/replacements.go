package flow

import "strings"

// What Kestra 2 removed, and what takes its place. Kestra 1.x still runs it, so there it is a warning.

// removed are the types and properties that Kestra 2 refuses.
var removed = []Change{
	{"type", "io.kestra.plugin.core.debug.Echo", "io.kestra.plugin.core.log.Log"},
	{"type", "io.kestra.plugin.core.execution.Count", "io.kestra.plugin.kestra.executions.Count"},
	{"type", "io.kestra.plugin.core.execution.Resume", "io.kestra.plugin.kestra.executions.Resume"},
	{"type", "io.kestra.plugin.core.flow.EachParallel", "io.kestra.plugin.core.flow.Loop"},
	{"type", "io.kestra.plugin.core.flow.EachSequential", "io.kestra.plugin.core.flow.Loop"},
	{"type", "io.kestra.plugin.core.flow.ForEach", "io.kestra.plugin.core.flow.Loop"},
	{"type", "io.kestra.plugin.core.flow.ForEachItem", "io.kestra.plugin.core.flow.Loop"},
	{"type", "io.kestra.plugin.core.flow.Template", "io.kestra.plugin.core.flow.Subflow"},
	{"type", "io.kestra.plugin.core.log.Fetch", "io.kestra.plugin.kestra.logs.Fetch"},
	{"type", "io.kestra.plugin.core.state.Delete", "io.kestra.plugin.core.kv.Delete"},
	{"type", "io.kestra.plugin.core.state.Get", "io.kestra.plugin.core.kv.Get"},
	{"type", "io.kestra.plugin.core.state.Set", "io.kestra.plugin.core.kv.Set"},
	{"type", "io.kestra.plugin.core.storage.LocalFiles", "the property \"inputFiles\" of the WorkingDirectory"},
	{"type", "io.kestra.plugin.core.trigger.Toggle", "io.kestra.plugin.kestra.triggers.Toggle"},
	{"type", conditionPackage + "*", successorOfConditions},
	{"type", "BOOLEAN", "BOOL"},
	{"type", "ENUM", "SELECT"},

	{"flow", "listeners", "use a trigger of the type io.kestra.plugin.core.trigger.Flow"},
	{"flow", "pluginDefaults", "set the properties in each task"}, // by the release's documentation only
	{"flow", "taskDefaults", "set the properties in each task"},
	{"flow", "workerGroup", "workerSelector"},
	{"task", "pluginDefaultsRef", "set the properties in the task"},
	{"task", "workerGroup", "workerSelector"},
	{"trigger", "conditions", "when"},
	{"trigger", "minLogLevel", "logLevel"},
	{"trigger", "pluginDefaultsRef", "set the properties in the trigger"},
	{"trigger", "workerGroup", "workerSelector"},
	{"retry", "maxAttempt", "maxAttempts"},
	{"input", "name", "id"},
	{"io.kestra.core.models.flows.input.FileInput", "extension", ""},
	{"io.kestra.core.models.flows.input.MultiselectInput", "options", "values"},
	{"io.kestra.core.models.flows.PluginDefault", "forced", ""},
	{"io.kestra.core.models.flows.FlowPluginDefault", "forced", ""}, // as Kestra 2 calls it
	{"io.kestra.plugin.core.flow.Pause", "delay", "pauseDuration"},
	{"io.kestra.plugin.core.flow.Pause", "tasks", "put the tasks behind the Pause"},
	{"io.kestra.plugin.core.flow.Subflow", "outputs", "use the \"outputs\" of the flow that it starts"},
	{"io.kestra.plugin.core.kv.PurgeKV", "expiredOnly", "behavior"},
	{"io.kestra.plugin.core.trigger.Flow", "preconditions", "dependsOn"},
	{"io.kestra.plugin.core.trigger.Schedule", "backfill", ""},
	{"io.kestra.plugin.core.trigger.Schedule", "scheduleConditions", "when"},

	{"io.kestra.plugin.core.http.Download", "allowFailed", "options.allowFailed"},
	{"io.kestra.plugin.core.http.Download", "sslOptions", "options.ssl"},
	{"io.kestra.plugin.core.http.Request", "allowFailed", "options.allowFailed"},
	{"io.kestra.plugin.core.http.Request", "sslOptions", "options.ssl"},
	{"io.kestra.plugin.core.http.SseRequest", "allowFailed", "options.allowFailed"},
	{"io.kestra.plugin.core.http.SseRequest", "sslOptions", "options.ssl"},
	{"io.kestra.plugin.core.http.Trigger", "sslOptions", "options.ssl"},
	{httpOptions, "basicAuthPassword", "auth"},
	{httpOptions, "basicAuthUser", "auth"},
	{httpOptions, "connectTimeout", "timeout"},
	{httpOptions, "connectionPoolIdleTimeout", ""},
	{httpOptions, "logLevel", "logs"},
	{httpOptions, "maxContentLength", ""},
	{httpOptions, "proxyAddress", "proxy"},
	{httpOptions, "proxyPassword", "proxy"},
	{httpOptions, "proxyPort", "proxy"},
	{httpOptions, "proxyType", "proxy"},
	{httpOptions, "proxyUsername", "proxy"},
	{httpOptions, "readIdleTimeout", "timeout"},
	{httpOptions, "readTimeout", "timeout"},
}

// removedPackages are plugins that the release of Kestra 2 does not have any more, or has under another name, by its
// documentation. They are never refused by it: a catalog knows what is installed.
var removedPackages = []Change{
	{"type", "io.kestra.core.tasks.scripts.*", "io.kestra.plugin.scripts.*"},
	{"type", "io.kestra.plugin.fs.http.*", "io.kestra.plugin.core.http.*"},
	{"type", "io.kestra.plugin.scripts.nashorn.*", "another language of io.kestra.plugin.scripts.*"},
}

const (
	httpOptions           = "io.kestra.core.http.client.configurations.HttpConfiguration"
	conditionPackage      = "io.kestra.plugin.core.condition."
	successorOfConditions = "an expression in the trigger's \"when\""
	flowClass             = "io.kestra.core.models.flows.Flow"
)

// changesByName finds changes by their name.
type changesByName map[string][]Change

func byName(changes []Change) changesByName {
	m := make(changesByName, len(changes))
	for _, c := range changes {
		m[c.Name] = append(m[c.Name], c)
	}
	return m
}

var removedByName = byName(removed)

// property returns what changed about a property of a class.
func (m changesByName) property(class, name string) (Change, bool) {
	for _, c := range m[name] {
		if c.on(class) {
			return c, true
		}
	}
	return Change{}, false
}

// typ returns what changed about a type.
func (m changesByName) typ(name string) (Change, bool) {
	for _, c := range m[name] {
		if c.On == "type" {
			return c, true
		}
	}
	return Change{}, false
}

// on tells whether a class has the property that changed.
func (c Change) on(class string) bool {
	switch c.On {
	case "flow":
		return class == flowClass
	case "input":
		return strings.HasPrefix(class, "io.kestra.core.models.flows.input.")
	case "retry":
		return strings.HasPrefix(class, "io.kestra.core.models.tasks.retrys.")
	case "trigger":
		return isTriggerName(class)
	case "task":
		return !isTriggerName(class) && !strings.HasPrefix(class, "io.kestra.core.models.") && class != httpOptions
	}
	return c.On == class
}

// isTriggerName tells triggers from tasks by their names: "…core.trigger.Schedule", "…kafka.RealtimeTrigger".
func isTriggerName(class string) bool {
	return strings.Contains(class, ".trigger.") || strings.HasSuffix(class, "Trigger")
}

// PropertySuccessor tells whether Kestra 2 removes a property of a class, and what to use instead; "" when that is
// nothing.
func PropertySuccessor(class, name string) (instead string, removed bool) {
	change, removed := removedByName.property(className(class), name)
	return change.Instead, removed
}

// TypeSuccessor returns what to use instead of a type that Kestra 2 does not have: the new name of an old one, as
// Kestra 1.x knows it, or its successor; "" when there is none.
func TypeSuccessor(name string) string {
	if old, err := Embedded(defaultLine); err == nil {
		if class := old.typeClass(name); class != "" && strings.Contains(class, ".") && strings.Contains(name, ".") {
			name = className(class)
			if _, gone := removedByName.typ(name); !gone && !isCondition(name) {
				return name
			}
		}
	}
	if isCondition(name) {
		return successorOfConditions
	}
	change, _ := removedByName.typ(name)
	return change.Instead
}

func isCondition(class string) bool { return strings.HasPrefix(class, conditionPackage) }

// use says what to do about a property that left: Instead is a name, or a whole advice.
func (c Change) use() string {
	switch {
	case c.Instead == "":
		return "remove it"
	case strings.Contains(c.Instead, " "):
		return c.Instead
	default:
		return "use \"" + c.Instead + "\""
	}
}
