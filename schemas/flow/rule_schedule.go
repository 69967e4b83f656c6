package flow

import (
	"strings"

	"gopkg.in/yaml.v3"
)

// checkScheduleConditions refuses "scheduleConditions": the server cannot read a single one of them.
func (j *judge) checkScheduleConditions(n *yaml.Node) {
	if conditions := child(n, "scheduleConditions"); len(items(conditions)) > 0 {
		j.refuse(conditions, "schedule-conditions", "Kestra cannot read \"scheduleConditions\"; use \"conditions\"")
	}
}

// checkScheduleInputs refuses a schedule that cannot give the flow an input it requires. Kestra 2 looks at it
// when a flow is saved; 1.x lets it fail when it runs. Of a webhook, only the documentation of the release says so.
func (j *judge) checkScheduleInputs(root *yaml.Node) {
	if !j.catalog.isSecond() {
		return
	}
	var required []string
	for _, in := range expandForms(items(child(root, "inputs"))) {
		if !isOptional(in.node) {
			required = append(required, in.path)
		}
	}
	if len(required) == 0 {
		return
	}
	for _, trigger := range items(child(root, "triggers")) {
		severity, noun, source := Error, "schedule", ""
		switch text(child(trigger, "type")) {
		case "io.kestra.plugin.core.trigger.Schedule":
		case "io.kestra.plugin.core.trigger.Webhook":
			severity, noun, source = Warning, "webhook", "; the release of Kestra 2.0 refuses it, by its documentation"
		default:
			continue
		}
		missing := notGiven(child(trigger, "inputs"), required)
		if len(missing) == 0 {
			continue
		}
		inputs, it, one := "input", "it", "the input"
		if len(missing) > 1 {
			inputs, it, one = "inputs", "them", "each"
		}
		j.note(severity, trigger, "missing-schedule-input", "the %s does not give the required %s %s; add %s to the trigger's \"inputs\", or give %s a default%s",
			noun, inputs, list(missing), it, one, source)
	}
}

// notGiven returns a few of the required paths that inputs do not give.
func notGiven(inputs *yaml.Node, required []string) (missing []string) {
	const most = 13
	given := map[string]bool{}
	addGiven(given, inputs, "", 1)
	for _, path := range required {
		if !given[path] {
			if missing = append(missing, path); len(missing) == most {
				break
			}
		}
	}
	return missing
}

// addGiven adds the keys of inputs, and of a mapping within them the paths such as "form.region".
func addGiven(given map[string]bool, inputs *yaml.Node, prefix string, nested int) {
	if inputs == nil || inputs.Kind != yaml.MappingNode {
		return
	}
	for i := 0; i+1 < len(inputs.Content); i += 2 {
		path := prefix + inputs.Content[i].Value
		given[path] = true
		if nested > 0 {
			addGiven(given, inputs.Content[i+1], path+".", nested-1)
		}
	}
}

func isOptional(input *yaml.Node) bool {
	if d := child(input, "defaults"); d != nil && !isNull(d) {
		return true
	}
	required := child(input, "required")
	return required != nil && readsFalse(required)
}

// isSecond is true for Kestra 2.
func (c *Catalog) isSecond() bool { return strings.HasPrefix(c.Version(), "2.") }
