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
// when a flow is saved; 1.x lets it fail when it runs.
func (j *judge) checkScheduleInputs(root *yaml.Node) {
	if !j.catalog.isSecond() {
		return
	}
	inputs := items(child(root, "inputs"))
	for _, trigger := range items(child(root, "triggers")) {
		if len(inputs) == 0 || text(child(trigger, "type")) != "io.kestra.plugin.core.trigger.Schedule" {
			continue
		}
		var missing []string
		for _, in := range j.expandForms(inputs) {
			if isOptional(in.node) || child(child(trigger, "inputs"), in.path) != nil || givenWithin(child(trigger, "inputs"), in.path) {
				continue
			}
			missing = append(missing, in.path)
		}
		if len(missing) > 0 {
			j.refuse(trigger, "missing-schedule-input", "the schedule does not give the required input %s; add it to the trigger's \"inputs\", or give the input a default", list(missing))
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

// givenWithin looks for a path such as "form.region" in nested mappings.
func givenWithin(inputs *yaml.Node, path string) bool {
	first, rest, ok := strings.Cut(path, ".")
	return ok && child(child(inputs, first), rest) != nil
}

// isSecond is true for Kestra 2.
func (c *Catalog) isSecond() bool { return strings.HasPrefix(c.Version(), "2.") }
