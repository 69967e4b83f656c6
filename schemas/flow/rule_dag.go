package flow

import "gopkg.in/yaml.v3"

// checkDag refuses a Dag whose tasks depend on what is not there, or in a circle.
func (j *judge) checkDag(n *yaml.Node) {
	g, known := graph{}, map[string]bool{}
	var order []string
	for _, item := range items(child(n, "tasks")) {
		id := text(child(child(item, "task"), "id"))
		if !known[id] {
			order = append(order, id)
		}
		known[id] = true
		g[id] = items(child(item, "dependsOn"))
	}
	j.checkDependencies(g, order, known, "task")
}
