package flow

import "gopkg.in/yaml.v3"

// flowFacts are what the rules over a whole flow gather on the way.
type flowFacts struct {
	id, namespace string
	taskIDs       map[string]*yaml.Node
}

// classRules are the server's validators of single classes, by class.
var classRules = map[string][]func(*judge, *yaml.Node){}

// rules runs the validators of a class on a mapping that is one.
func (j *judge) rules(n *yaml.Node, class string) {
	for _, rule := range classRules[class] {
		rule(j, n)
	}
}
