package flow

import (
	"slices"

	"gopkg.in/yaml.v3"
)

// checkDag refuses a Dag whose tasks depend on what is not there, or in a circle.
func (j *judge) checkDag(n *yaml.Node) {
	edges := map[string][]*yaml.Node{}
	var names []string
	for _, item := range items(child(n, "tasks")) {
		id := text(child(child(item, "task"), "id"))
		names = append(names, id)
		edges[id] = items(child(item, "dependsOn"))
	}
	for _, id := range names {
		for _, on := range edges[id] {
			switch name := text(on); {
			case name == "":
			case !slices.Contains(names, name):
				j.refuse(on, "unknown-dependency", "there is no task \"%s\" in this Dag%s", cut(name), hint(name, names, "name one of its tasks"))
			case reaches(edges, name, id, map[string]bool{}):
				j.refuse(on, "cyclic-dependency", "the tasks \"%s\" and \"%s\" wait for each other; remove one dependency", cut(id), cut(name))
			}
		}
	}
}
