package flow

import "strings"

// What Kestra 2 removed, and what takes its place. Kestra 1.x still runs it, so there it is a warning.

// typeSuccessors are the types to use instead of types that Kestra 2 does not have.
var typeSuccessors = map[string]string{
	"io.kestra.plugin.core.debug.Echo":          "io.kestra.plugin.core.log.Log",
	"io.kestra.plugin.core.execution.Count":     "io.kestra.plugin.kestra.executions.Count",
	"io.kestra.plugin.core.execution.Resume":    "io.kestra.plugin.kestra.executions.Resume",
	"io.kestra.plugin.core.flow.EachParallel":   "io.kestra.plugin.core.flow.Loop",
	"io.kestra.plugin.core.flow.EachSequential": "io.kestra.plugin.core.flow.Loop",
	"io.kestra.plugin.core.flow.ForEach":        "io.kestra.plugin.core.flow.Loop",
	"io.kestra.plugin.core.flow.ForEachItem":    "io.kestra.plugin.core.flow.Loop",
	"io.kestra.plugin.core.flow.Template":       "io.kestra.plugin.core.flow.Subflow",
	"io.kestra.plugin.core.log.Fetch":           "io.kestra.plugin.kestra.logs.Fetch",
	"io.kestra.plugin.core.state.Delete":        "io.kestra.plugin.core.kv.Delete",
	"io.kestra.plugin.core.state.Get":           "io.kestra.plugin.core.kv.Get",
	"io.kestra.plugin.core.state.Set":           "io.kestra.plugin.core.kv.Set",
	"io.kestra.plugin.core.storage.LocalFiles":  "the property \"inputFiles\" of the WorkingDirectory",
	"io.kestra.plugin.core.trigger.Toggle":      "io.kestra.plugin.kestra.triggers.Toggle",
	"BOOLEAN":                                   "BOOL",
	"ENUM":                                      "SELECT",
}

// typeSuccessor returns what to use instead of a type that a catalog does not have: the new name of an old one,
// as Kestra 1.x knows it, or its successor; "" when there is none.
func typeSuccessor(name string) string {
	if old, err := Embedded(defaultLine); err == nil {
		if class := old.typeClass(name); class != "" && strings.Contains(class, ".") && strings.Contains(name, ".") {
			name = className(class)
			if typeSuccessors[name] == "" && !isCondition(name) {
				return name
			}
		}
	}
	if isCondition(name) {
		return "an expression in the trigger's \"when\""
	}
	return typeSuccessors[name]
}

func isCondition(class string) bool {
	return strings.HasPrefix(class, "io.kestra.plugin.core.condition.")
}

// propertySuccessors are the properties to use instead of those that Kestra 2 does not have.
var propertySuccessors = map[string]string{
	"allowFailed":        "options.allowFailed",
	"conditions":         "when",
	"expiredOnly":        "behavior",
	"listeners":          "a trigger of the type io.kestra.plugin.core.trigger.Flow",
	"maxAttempt":         "maxAttempts",
	"minLogLevel":        "logLevel",
	"preconditions":      "dependsOn",
	"scheduleConditions": "when",
	"sslOptions":         "options.ssl",
	"taskDefaults":       "pluginDefaults",
	"workerGroup":        "workerSelector",
}

// removedIn2 tells whether Kestra 2 lacks a property of a class, which Kestra 1.x does not call deprecated.
func removedIn2(class, property string, isTrigger bool) bool {
	switch property {
	case "workerGroup", "maxAttempt":
		return true
	case "conditions", "preconditions", "minLogLevel":
		return isTrigger
	case "forced":
		return class == "io.kestra.core.models.flows.PluginDefault"
	}
	return false
}

// use names what takes the place of a property, in a message.
func use(property string) string {
	switch successor := propertySuccessors[property]; {
	case successor == "":
		return "remove it"
	case strings.Contains(successor, " "):
		return "use " + successor
	default:
		return "use \"" + successor + "\""
	}
}
