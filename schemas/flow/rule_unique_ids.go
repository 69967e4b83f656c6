package flow

import "gopkg.in/yaml.v3"

// checkUniqueTasks refuses two tasks with the same id anywhere in a flow, error handlers and branches included.
func (j *judge) checkUniqueTasks(*yaml.Node) {
	ids := make([]*yaml.Node, 0, len(j.flow.tasks))
	for _, task := range j.flow.tasks {
		if len(task.Content) > 2 { // an id alone is refused already, as a line that stands twice
			ids = append(ids, child(task, "id"))
		}
	}
	j.unique(ids, "task")
}

// checkUniqueTriggers refuses two triggers, or the preconditions of two, with the same id.
func (j *judge) checkUniqueTriggers(root *yaml.Node) {
	triggers := items(child(root, "triggers"))
	if len(triggers) < 2 {
		return
	}
	ids, preconditions := make([]*yaml.Node, 0, len(triggers)), make([]*yaml.Node, 0, len(triggers))
	for _, trigger := range triggers {
		ids = append(ids, child(trigger, "id"))
		preconditions = append(preconditions, child(child(trigger, "preconditions"), "id"))
	}
	j.unique(ids, "trigger")
	j.unique(preconditions, "preconditions")
}

// few is how many ids are compared with each other; more are looked up in a map.
const few = 16

// unique refuses every id that already stood before. Nodes may be nil.
func (j *judge) unique(ids []*yaml.Node, what string) {
	var seen map[string]*yaml.Node
	if len(ids) > few {
		seen = make(map[string]*yaml.Node, len(ids))
	}
	for i, id := range ids {
		name := text(id)
		if name == "" {
			continue
		}
		first := seen[name]
		if seen == nil {
			first = sameID(ids[:i], name)
		}
		if first != nil {
			j.refuse(id, "duplicate-id", "the %s id \"%s\" already stands in line %d; ids must be unique in a flow", what, cut(name), first.Line)
			continue
		}
		if seen != nil {
			seen[name] = id
		}
	}
}

func sameID(ids []*yaml.Node, name string) *yaml.Node {
	for _, id := range ids {
		if text(id) == name {
			return id
		}
	}
	return nil
}
