package flow

import (
	"strings"

	"gopkg.in/yaml.v3"
)

// checkNumbers refuses .inf and .nan: YAML has them as numbers, the server's reader fails on them.
func (j *judge) checkNumbers(n *yaml.Node) {
	if n.Kind != yaml.ScalarNode {
		for _, part := range n.Content {
			j.checkNumbers(part)
		}
		return
	}
	if n.Tag == "!!float" && n.Style == 0 && strings.ContainsAny(n.Value, "nN") {
		j.refuse(n, "malformed-number", "Kestra cannot read the number %s; put it in quotes", cut(n.Value))
	}
}

// checkRevision refuses an empty text, which passes for null everywhere else.
func (j *judge) checkRevision(root *yaml.Node) {
	if revision := child(root, "revision"); revision != nil && isEmpty(revision) {
		j.refuse(revision, "wrong-value", "the revision must be a number; leave it out, Kestra counts it")
	}
}
