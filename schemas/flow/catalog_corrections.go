package flow

import "strings"

// This file holds what a server's schema does not say of itself, learned from what servers did.

// plainFields are marked dynamic in the schema like a Property, but are plain Java fields: a value of another
// shape is refused. A key is a class and a property; "*" stands for every class.
var plainFields = set(
	"* runIf",
	"* when",
	"io.kestra.core.models.flows.Flow outputs",
	"io.kestra.plugin.core.execution.Assert conditions",
	"io.kestra.plugin.core.execution.Count expression",
	"io.kestra.plugin.core.flow.ForEachItem inputs",
	"io.kestra.plugin.core.flow.If condition",
	"io.kestra.plugin.core.flow.Loop outputs",
	"io.kestra.plugin.core.flow.Subflow flowId",
	"io.kestra.plugin.core.flow.Subflow inputs",
	"io.kestra.plugin.core.flow.Subflow outputs",
	"io.kestra.plugin.core.flow.Template args",
	"io.kestra.plugin.core.trigger.Schedule inputs",
	"io.kestra.plugin.core.trigger.Schedule timezone",
	"io.kestra.plugin.core.trigger.ScheduleOnDates inputs",
	"io.kestra.plugin.core.trigger.ScheduleOnDates timezone",
	"io.kestra.plugin.core.trigger.Toggle flowId",
	"io.kestra.plugin.core.trigger.Toggle namespace",
	"io.kestra.plugin.core.trigger.Toggle trigger",
	"io.kestra.plugin.core.trigger.Webhook inputs",
	"io.kestra.core.tasks.scripts.Python requirements",
	"io.kestra.plugin.azure.storage.adls.SharedAccess permissions",
	"io.kestra.plugin.azure.storage.blob.SharedAccess permissions",
	"io.kestra.plugin.aws.cli.AwsCLI containerImage",
	"io.kestra.plugin.gcp.vertexai.ChatCompletion context",
	"io.kestra.plugin.jdbc.clickhouse.ClickHouseLocalCLI containerImage",
	"io.kestra.plugin.jdbc.mariadb.Queries inputFile",
	"io.kestra.plugin.jdbc.mariadb.Query inputFile",
	"io.kestra.plugin.jdbc.mysql.Queries inputFile",
	"io.kestra.plugin.jdbc.mysql.Query inputFile",
	"io.kestra.plugin.kubernetes.core.PodCreate metadata",
	"io.kestra.plugin.kubernetes.core.PodCreate spec",
	"io.kestra.plugin.notifications.discord.DiscordExecution embedList",
	"io.kestra.plugin.notifications.sentry.SentryAlert endpointType",
	"io.kestra.plugin.terraform.cli.TerraformCLI env",
)

// isPlain tells whether a dynamic property is a plain field. The formats of the serdes plugins and the files of
// the script languages' FileTransform all are.
func isPlain(class, property string) bool {
	switch {
	case plainFields["* "+property], plainFields[class+" "+property]:
		return true
	case strings.HasPrefix(class, "io.kestra.plugin.serdes."):
		return formatFields[property]
	case strings.HasPrefix(class, "io.kestra.plugin.scripts."):
		return property == "from" && strings.HasSuffix(class, ".FileTransform")
	}
	return false
}

var formatFields = set("dateFormat", "timeFormat", "datetimeFormat", "dateTimeFormat", "schema")

// solidLists refuse an element that is not a mapping; the flow's own tasks and triggers are read before their
// types are looked at.
var solidLists = set(
	"io.kestra.core.models.flows.Flow tasks",
	"io.kestra.core.models.flows.Flow triggers",
	"* conditions",
)

// solidUntil2 were such lists before Kestra 2.
var solidUntil2 = set("io.kestra.plugin.core.flow.EachParallel tasks", "io.kestra.plugin.core.flow.Parallel tasks")

// notNull have a default and may be null, but refuse an empty text.
var notNull = set(
	"io.kestra.core.models.flows.input.MultiselectInput allowCustomValue",
	"io.kestra.core.models.flows.input.MultiselectInput autoSelectFirst",
	"io.kestra.core.models.flows.input.SelectInput allowCustomValue",
	"io.kestra.core.models.flows.input.SelectInput autoSelectFirst",
	"io.kestra.core.models.flows.input.SelectInput isRadio",
	"io.kestra.plugin.core.trigger.Toggle enabled",
)

// neverNull have a default too, and the server fails on null.
var neverNull = set(
	"io.kestra.core.models.flows.input.MultiselectInput autoSelectFirst",
	"io.kestra.core.models.flows.input.SelectInput autoSelectFirst",
)

// hidden is a property that the server reads and its schema does not list.
type hidden struct {
	name string
	kind kind
	// oldOnly is gone in Kestra 2.
	oldOnly bool
}

var hiddenProperties = map[string][]hidden{
	"io.kestra.core.models.flows.Flow":               {{"source", kindAny, false}, {"tenantId", kindAny, false}},
	"io.kestra.core.models.flows.check.Check":        {{"condition", kindAny, false}},
	"io.kestra.core.models.tasks.retrys.Constant":    {{"maxAttempt", kindInteger, true}},
	"io.kestra.core.models.tasks.retrys.Exponential": {{"maxAttempt", kindInteger, true}},
	"io.kestra.core.models.tasks.retrys.Random":      {{"maxAttempt", kindInteger, true}},
	"io.kestra.plugin.core.flow.ForEachItem":         {{"tasks", kindAny, false}},
	"io.kestra.plugin.core.flow.Template":            {{"tenantId", kindAny, false}},
	"io.kestra.plugin.core.trigger.Schedule":         {{"interval", kindAny, false}},
	"io.kestra.plugin.core.trigger.ScheduleOnDates":  {{"interval", kindAny, false}},
	"io.kestra.plugin.azure.servicebus.Consume":      {{"pullBatchSize", kindAny, false}},
	"io.kestra.plugin.scripts.runner.docker.Docker":  {{"image", kindAny, false}},
}

func (b *catalogBuilder) addHidden(f *facts, class string) {
	list := hiddenProperties[class]
	if b.isTrigger(class) {
		list = append(list, hidden{"minLogLevel", kindAny, true}) // of every trigger
	}
	if f.Properties["templateRenderMap"] != nil { // of every notification about an execution
		list = append(list, hidden{"templateUri", kindAny, false})
		if strings.HasSuffix(class, "MailExecution") {
			list = append(list, hidden{"textTemplateUri", kindAny, false}, hidden{"htmlTextContent", kindAny, false})
		}
	}
	if strings.HasPrefix(class, "io.kestra.plugin.jdbc.snowflake.") {
		list = append(list, hidden{"privateKeyFile", kindAny, false}, hidden{"privateKeyFilePassword", kindAny, false})
	}
	for _, h := range list {
		if f.Properties[h.name] == nil && !(h.oldOnly && b.isSecond()) {
			f.Properties[h.name] = &facts{Kestra: h.kind, Hidden: true, Removed: h.oldOnly}
		}
	}
}

// property flattens a property of a class and adds what the schema leaves out.
func (b *catalogBuilder) property(class, name string, s *serverSchema) *facts {
	var f *facts
	if bool(s.Dynamic) && isPlain(class, name) {
		f = b.plain(s, 0)
		if f.Kestra == kindList && s.Items.target() == "" {
			f.Items = b.plain(s.Items, 1)
		}
	} else {
		f = b.value(s, 0)
	}
	f.Deprecated = f.Deprecated || bool(s.Deprecated)
	if class == "io.kestra.core.models.flows.Flow" && ownChecks[name] {
		return &facts{Kestra: kindAny, Deprecated: f.Deprecated}
	}
	f.Solid = f.Kestra == kindList && f.Items.Kestra == kindPlugin &&
		(solidLists[class+" "+name] || solidLists["* "+name] || !b.isSecond() && solidUntil2[class+" "+name])
	f.NotNull, f.NeverNull = notNull[class+" "+name], neverNull[class+" "+name]
	f.Unvalidated = b.isUnvalidated(class, name, f)
	_, gone := removedByName.property(class, name)
	f.Removed = gone && !b.isSecond() && (name != "conditions" || b.isTrigger(class))
	return f
}

// isTrigger tells whether a class has the properties that every trigger has.
func (b *catalogBuilder) isTrigger(class string) bool {
	s := b.source[class]
	return s != nil && s.Properties["stopAfter"] != nil && s.Properties["conditions"] != nil
}

// cascading properties are validated in every class: they are those of a task or trigger as such.
var cascading = set("retry", "taskCache", "workerGroup", "workerSelector", "assets", "conditions")

// isUnvalidated tells where the server's validation does not go: into maps, into a single plugin (such as a
// task runner or the task of a Dag), and into the objects of plugins that are not the core's.
func (b *catalogBuilder) isUnvalidated(class, name string, f *facts) bool {
	if f.Kestra == kindMap {
		return true
	}
	if cascading[name] || class == "" {
		return false
	}
	switch f.Kestra {
	case kindPlugin:
		return b.families[f.Of].Plugins
	case kindObject, kindList:
		return !isCoreClass(class) && f.MinItems == 0
	}
	return false
}

// ownChecks are the properties of a flow that identity.go and labels.go judge.
var ownChecks = set("id", "namespace", "labels")

// isSecond is true for Kestra 2.
func (b *catalogBuilder) isSecond() bool { return strings.HasPrefix(b.version, "2.") }

func isCoreClass(class string) bool {
	return strings.HasPrefix(class, "io.kestra.plugin.core.") || strings.HasPrefix(class, "io.kestra.core.")
}

// className is the class of a definition; the generator numbers definitions that it had to split.
func className(definition string) string {
	return strings.TrimSuffix(strings.TrimSuffix(definition, "-1"), "-2")
}

func set(names ...string) map[string]bool {
	m := make(map[string]bool, len(names))
	for _, name := range names {
		m[name] = true
	}
	return m
}
