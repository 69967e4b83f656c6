package flow

import (
	"strings"

	"gopkg.in/yaml.v3"
)

// checkDashedReferences refuses "{{ inputs.a-b }}" and "{{ outputs.a-b.value }}": a dash is a minus there.
func (j *judge) checkDashedReferences(root *yaml.Node) {
	inputs, tasks := map[string]bool{}, map[string]bool{}
	for _, n := range items(child(root, "inputs")) {
		if id := text(inputID(n)); strings.Contains(id, "-") {
			inputs[id] = true
		}
	}
	for _, n := range j.flow.tasks {
		if id := text(child(n, "id")); strings.Contains(id, "-") {
			tasks[id] = true
		}
	}
	if len(inputs)+len(tasks) == 0 {
		return
	}
	for _, task := range j.flow.tasks {
		j.dashedInTask(task, inputs, tasks)
	}
	for _, output := range items(child(root, "outputs")) {
		if value := child(output, "value"); value != nil {
			j.dashedReference(Error, value, inputs, tasks)
		}
	}
}

// dashedInTask refuses such references in the texts of a task, and warns where the server may not look: in what
// it keeps as a Property.
func (j *judge) dashedInTask(task *yaml.Node, inputs, tasks map[string]bool) {
	v := j.catalog.definition(j.catalog.typeClass(text(child(task, "type"))))
	for i := 0; i+1 < len(task.Content); i += 2 {
		key, n := task.Content[i].Value, task.Content[i+1]
		severity := Warning
		if v != nil && v.properties[key] != nil && (v.properties[key].kind == kindText || key == "message") {
			severity = Error
		}
		j.dashedReference(severity, n, inputs, tasks)
	}
}

func (j *judge) dashedReference(severity Severity, n *yaml.Node, inputs, tasks map[string]bool) {
	if n.Kind != yaml.ScalarNode {
		return
	}
	for rest := n.Value; ; {
		_, after, ok := strings.Cut(rest, "{{")
		if !ok {
			return
		}
		rest = after
		expression, _, closed := strings.Cut(strings.TrimLeft(after, " \t\r\n"), "}}")
		if !closed {
			return
		}
		if of, name := dashed(expression, inputs, tasks); name != "" {
			j.note(severity, n, "dashed-reference", "\"%s.%s\" is read as a subtraction; write %s['%s']", of, cut(name), of, cut(name))
			return
		}
	}
}

// dashed returns what an expression refers to by a name with a dash: an input alone, or a part of an output.
func dashed(expression string, inputs, tasks map[string]bool) (of, name string) {
	if after, ok := strings.CutPrefix(expression, "inputs."); ok {
		if id := strings.TrimSpace(after); inputs[id] {
			return "inputs", id
		}
	}
	if after, ok := strings.CutPrefix(expression, "outputs."); ok {
		if id, part, _ := strings.Cut(after, "."); tasks[id] && part != "" {
			return "outputs", id
		}
	}
	return "", ""
}
