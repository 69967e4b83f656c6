package flow

import (
	"fmt"

	"gopkg.in/yaml.v3"
)

// limits bound what reading a source may cost. They lie far above any real flow (the largest of 1 500
// public ones is 52 KB) and stop hostile ones.
type limits struct {
	bytes int // of the source
	nodes int // scalars, sequences and mappings of the document
	depth int // of nested sequences and mappings
}

// defaultLimits are what admission uses. Kestra's own parser stops at a depth of 1 000.
var defaultLimits = limits{bytes: MaxSourceBytes, nodes: 50_000, depth: 1_000}

// MaxSourceBytes is the size of the largest source that is read, 1 MiB.
const MaxSourceBytes = 1 << 20

// sizeFinding refuses a source that is too large to be looked at.
func (l limits) sizeFinding(size int) Finding {
	return Finding{
		Severity: Error, Rule: "policy-size", Line: 1, Column: 1,
		Message: fmt.Sprintf("the source has %d bytes, more than the %d that are accepted; move scripts and data to namespace files",
			size, l.bytes),
	}
}

// nodesFinding refuses a source with more values than the judge is willing to visit.
func (l limits) nodesFinding(n *yaml.Node) Finding {
	return findingAt(n, Error, "policy-nodes", "",
		fmt.Sprintf("the source has more than %d values; split the flow, or move data to namespace files", l.nodes))
}

// depthFinding refuses nesting that no real flow has.
func (l limits) depthFinding(n *yaml.Node) Finding {
	return findingAt(n, Error, "policy-depth", "",
		fmt.Sprintf("values are nested more than %d levels deep; flatten them", l.depth))
}

// findingAt makes a finding about a node.
func findingAt(n *yaml.Node, severity Severity, rule, path, message string) Finding {
	return Finding{Severity: severity, Rule: rule, Path: path, Line: n.Line, Column: n.Column, Message: message}
}
