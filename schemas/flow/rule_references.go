package flow

import (
	"strings"

	"gopkg.in/yaml.v3"
)

// checkDashedReferences refuses "{{ inputs.a-b }}" and "{{ outputs.a-b.value }}": a dash is a minus there.
func (j *judge) checkDashedReferences(root *yaml.Node) {
	var inputs, tasks []string
	for _, n := range items(child(root, "inputs")) {
		if id := text(inputID(n)); strings.Contains(id, "-") {
			inputs = append(inputs, id)
		}
	}
	for _, n := range j.flow.tasks {
		if id := text(child(n, "id")); strings.Contains(id, "-") {
			tasks = append(tasks, id)
		}
	}
	if len(inputs)+len(tasks) == 0 {
		return
	}
	for _, part := range []string{"tasks", "outputs", "errors", "finally", "afterExecution"} {
		if n := child(root, part); n != nil {
			j.dashedReferences(n, inputs, tasks)
		}
	}
}

func (j *judge) dashedReferences(n *yaml.Node, inputs, tasks []string) {
	if n.Kind != yaml.ScalarNode {
		for _, part := range n.Content {
			j.dashedReferences(part, inputs, tasks)
		}
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
			j.refuse(n, "dashed-reference", "\"%s.%s\" is read as a subtraction; write %s['%s']", of, cut(name), of, cut(name))
			return
		}
	}
}

// dashed returns what an expression refers to by a name with a dash: an input alone, or a part of an output.
func dashed(expression string, inputs, tasks []string) (of, name string) {
	if after, ok := strings.CutPrefix(expression, "inputs."); ok {
		for _, id := range inputs {
			if strings.TrimSpace(after) == id {
				return "inputs", id
			}
		}
	}
	if after, ok := strings.CutPrefix(expression, "outputs."); ok {
		for _, id := range tasks {
			if len(after) > len(id)+1 && strings.HasPrefix(after, id+".") {
				return "outputs", id
			}
		}
	}
	return "", ""
}
