package flow

import "gopkg.in/yaml.v3"

// graph is what waits for what: names, and the nodes that name what each depends on.
type graph map[string][]*yaml.Node

// circles numbers the names so that two have the same number exactly when each leads to the other (Tarjan's
// strongly connected components, in linear time).
func (g graph) circles() map[string]int {
	t := tarjan{graph: g, index: map[string]int{}, low: map[string]int{}, circle: map[string]int{}}
	for name := range g {
		if t.index[name] == 0 {
			t.visit(name)
		}
	}
	return t.circle
}

type tarjan struct {
	graph      graph
	index, low map[string]int // from 1 on
	circle     map[string]int // from 1 on
	stack      []string
	found      int
}

func (t *tarjan) visit(name string) {
	t.index[name] = len(t.index) + 1
	t.low[name] = t.index[name]
	t.stack = append(t.stack, name)
	for _, n := range t.graph[name] {
		next := text(n)
		switch {
		case t.index[next] == 0:
			t.visit(next)
			t.low[name] = min(t.low[name], t.low[next])
		case t.circle[next] == 0: // still on the stack
			t.low[name] = min(t.low[name], t.index[next])
		}
	}
	if t.low[name] != t.index[name] {
		return
	}
	t.found++
	for {
		top := t.stack[len(t.stack)-1]
		t.stack = t.stack[:len(t.stack)-1]
		t.circle[top] = t.found
		if top == name {
			return
		}
	}
}

// checkDependencies refuses what depends on names that are not there, or on itself in the end.
func (j *judge) checkDependencies(g graph, order []string, known map[string]bool, what string) {
	circle := g.circles()
	var names []string
	for _, id := range order {
		for _, on := range g[id] {
			switch name := text(on); {
			case name == "":
			case !known[name]:
				if names == nil {
					names = sorted(known)
				}
				j.refuse(on, "unknown-dependency", "there is no %s \"%s\" here%s", what, cut(name), j.hint(name, names, "name one that is"))
			case circle[name] == circle[id]:
				j.refuse(on, "cyclic-dependency", "the %ss \"%s\" and \"%s\" wait for each other; remove one dependency", what, cut(id), cut(name))
			}
		}
	}
}
