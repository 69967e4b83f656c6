package flow

import "gopkg.in/yaml.v3"

// flowFacts are what the rules over a whole flow need and judging its parts comes across.
type flowFacts struct {
	id, namespace string
	tasks         []*yaml.Node // all of them, however deep
	types         []string     // of the tasks, sorted, once they are asked for
	meant         []string     // what unknown properties of the flow itself were likely meant to be
}

// classRules are the server's validators of single classes.
var classRules = map[string][]func(*judge, *yaml.Node){
	"io.kestra.core.models.tasks.retrys.Constant":        {less("interval", "maxDuration")},
	"io.kestra.core.models.tasks.retrys.Exponential":     {less("interval", "maxInterval"), less("interval", "maxDuration")},
	"io.kestra.core.models.tasks.retrys.Random":          {less("minInterval", "maxInterval"), less("maxInterval", "maxDuration")},
	"io.kestra.core.models.flows.input.MultiselectInput": {(*judge).checkItemType, (*judge).checkOptions},
	"io.kestra.core.models.flows.input.SelectInput":      {(*judge).checkOptions},
	"io.kestra.core.models.flows.input.ArrayInput":       {(*judge).checkItemType},
	"io.kestra.core.models.flows.input.StringInput":      {(*judge).checkValidator},
	"io.kestra.core.models.flows.input.SecretInput":      {(*judge).checkValidator},
	"io.kestra.plugin.aws.bedrock.Converse":              {(*judge).checkBedrockMessages},
	"io.kestra.plugin.aws.bedrock.ConverseStream":        {(*judge).checkBedrockMessages},
	"io.kestra.plugin.core.flow.Dag":                     {(*judge).checkDag},
	"io.kestra.plugin.core.flow.Switch":                  {(*judge).checkSwitch},
	"io.kestra.plugin.core.flow.WorkingDirectory":        {(*judge).checkWorkingDirectory},
	"io.kestra.plugin.core.flow.Subflow":                 {(*judge).checkSelfSubflow},
	"io.kestra.plugin.core.flow.ForEachItem":             {(*judge).checkSelfSubflow},
	"io.kestra.plugin.core.flow.Template":                {(*judge).checkTemplate},
	"io.kestra.plugin.core.trigger.Schedule":             {(*judge).checkCron, (*judge).checkTimezone, (*judge).checkScheduleConditions},
	"io.kestra.plugin.core.trigger.ScheduleOnDates":      {(*judge).checkTimezone, (*judge).checkScheduleConditions},
	"io.kestra.plugin.core.trigger.Webhook":              {(*judge).checkWebhook},
}

// flowRules are the server's validators of a flow as a whole.
var flowRules = []func(*judge, *yaml.Node){
	(*judge).checkUniqueTasks,
	(*judge).checkUniqueTriggers,
	(*judge).checkInputs,
	(*judge).checkDashedReferences,
	(*judge).checkPluginDefaults,
	(*judge).checkScheduleInputs,
	(*judge).checkNumbers,
	(*judge).checkRevision,
	(*judge).warnExpressions,
	(*judge).warnAssets,
}

// rules runs the validators of a class on a mapping that is one.
func (j *judge) rules(n *yaml.Node, class string, f family) {
	if j.unvalidated > 0 {
		return
	}
	name := className(class)
	for _, rule := range classRules[name] {
		rule(j, n)
	}
	if f.isInputs() {
		j.checkInputDefault(n)
	}
	for _, rule := range packageRules(name) {
		rule(j, n)
	}
}
