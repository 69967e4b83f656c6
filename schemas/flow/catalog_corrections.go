package flow

import "strings"

// What a server's schema does not say of itself, learned from what the server did.

// plainFields are marked dynamic in the schema like a Property, but are plain Java fields: a value of another
// shape is refused. A key is a definition and a property.
var plainFields = map[string]bool{
	"io.kestra.plugin.core.execution.Assert conditions":                  true,
	"io.kestra.plugin.core.execution.Count expression":                   true,
	"io.kestra.plugin.core.flow.ForEachItem inputs":                      true,
	"io.kestra.plugin.core.flow.If condition":                            true,
	"io.kestra.plugin.core.flow.Loop outputs":                            true,
	"io.kestra.plugin.core.flow.Subflow flowId":                          true,
	"io.kestra.plugin.core.flow.Subflow inputs":                          true,
	"io.kestra.plugin.core.flow.Subflow outputs":                         true,
	"io.kestra.plugin.core.flow.Template args":                           true,
	"io.kestra.plugin.core.trigger.Schedule inputs":                      true,
	"io.kestra.plugin.core.trigger.ScheduleOnDates inputs":               true,
	"io.kestra.plugin.core.trigger.ScheduleOnDates timezone":             true,
	"io.kestra.plugin.core.trigger.Toggle flowId":                        true,
	"io.kestra.plugin.core.trigger.Toggle namespace":                     true,
	"io.kestra.plugin.core.trigger.Toggle trigger":                       true,
	"io.kestra.plugin.core.trigger.Webhook inputs":                       true,
	"io.kestra.core.tasks.scripts.Python requirements":                   true,
	"io.kestra.plugin.aws.cli.AwsCLI containerImage":                     true,
	"io.kestra.plugin.gcp.vertexai.ChatCompletion context":               true,
	"io.kestra.plugin.jdbc.clickhouse.ClickHouseLocalCLI containerImage": true,
	"io.kestra.plugin.kubernetes.core.PodCreate metadata":                true,
	"io.kestra.plugin.scripts.groovy.FileTransform from":                 true,
	"io.kestra.plugin.scripts.jython.FileTransform from":                 true,
	"io.kestra.plugin.scripts.nashorn.FileTransform from":                true,
	"io.kestra.plugin.serdes.avro.IonToAvro dateFormat":                  true,
	"io.kestra.plugin.serdes.excel.IonToExcel dateFormat":                true,
	"io.kestra.plugin.serdes.parquet.IonToParquet schema":                true,
	"io.kestra.plugin.terraform.cli.TerraformCLI env":                    true,
}

// hiddenProperties are read by the server and missing from its schema.
var hiddenProperties = map[string][]string{
	"io.kestra.core.models.flows.Flow":               {"source", "tenantId"},
	"io.kestra.core.models.tasks.retrys.Constant":    {"maxAttempt"},
	"io.kestra.core.models.tasks.retrys.Exponential": {"maxAttempt"},
	"io.kestra.core.models.tasks.retrys.Random":      {"maxAttempt"},
	"io.kestra.plugin.core.flow.ForEachItem":         {"tasks"},
	"io.kestra.plugin.core.flow.Template":            {"tenantId"},
	"io.kestra.plugin.core.trigger.Schedule":         {"interval"},
	"io.kestra.plugin.core.trigger.ScheduleOnDates":  {"interval"},
}

// correct adds to the facts what the schema leaves out.
func (b *catalogBuilder) correct() {
	for name, f := range b.facts {
		class := strings.TrimSuffix(strings.TrimSuffix(name, "-1"), "-2")
		for property, p := range f.Properties {
			if p.Kestra != kindAny || p.Of == "" {
				continue
			}
			shape := kind(p.Of)
			p.Of = ""
			if plainFields[class+" "+property] {
				p.become(shape)
			}
		}
		f.Hidden = append(f.Hidden, hiddenProperties[class]...)
		if f.Properties["stopAfter"] != nil && f.Properties["conditions"] != nil {
			f.Hidden = append(f.Hidden, "minLogLevel") // of every trigger
		}
	}
}

// become makes a dynamic value a plain one of text, a list or a map.
func (f *facts) become(shape kind) {
	f.Kestra = shape
	switch shape {
	case kindList:
		f.Items = &facts{Kestra: kindText}
	case kindMap:
		f.Additional = &facts{Kestra: kindAny}
	}
}
