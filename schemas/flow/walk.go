package flow

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"gopkg.in/yaml.v3"
)

// walker visits a parsed document once: it enforces the limits, finds duplicate keys, and turns what the
// server does not resolve (aliases, merge keys) into the text that the server sees.
type walker struct {
	limits   limits
	visited  int
	findings []Finding
	added    map[Severity]int
	aliases  int
}

// maxAliasWarnings is how many aliases are named one by one.
const maxAliasWarnings = 3

// step is one part of the path from the root to a node, kept on the stack of the recursion.
type step struct {
	parent *step
	key    string
	index  int // of a list item; -1 for a key
}

// String renders a path such as "tasks[0].message".
func (s *step) String() string {
	var steps []*step
	for ; s != nil; s = s.parent {
		steps = append(steps, s)
	}
	slices.Reverse(steps)
	var path strings.Builder
	for i, s := range steps {
		switch {
		case s.index >= 0:
			path.WriteString("[" + strconv.Itoa(s.index) + "]")
			continue
		case i > 0:
			path.WriteByte('.')
		}
		path.WriteString(pathKey(s.key))
	}
	return path.String()
}

// pathKey quotes keys that would be misread in a path.
func pathKey(key string) string {
	if key == "" || strings.ContainsAny(key, ". []\n\r\t\"") {
		return strconv.Quote(cut(key))
	}
	return cut(key)
}

// add notes a finding, up to a number that no author would read to the end.
func (w *walker) add(n *yaml.Node, severity Severity, rule string, path *step, message string) {
	if w.added[severity] < maxNoted {
		w.findings = append(w.findings, findingAt(n, severity, rule, path.String(), message))
	}
	w.added[severity]++
}

// visit returns false when a limit is exceeded: nothing below may be looked at then.
func (w *walker) visit(n *yaml.Node, path *step, depth int) bool {
	w.visited++
	if w.visited+len(n.Content) > w.limits.nodes { // before any work that grows with the children
		w.findings = []Finding{w.limits.nodesFinding(n)}
		return false
	}
	if depth > w.limits.depth {
		w.findings = []Finding{w.limits.depthFinding(n)}
		return false
	}
	switch n.Kind {
	case yaml.MappingNode:
		return w.visitMapping(n, path, depth)
	case yaml.SequenceNode:
		for i, item := range n.Content {
			if !w.visit(item, &step{parent: path, index: i}, depth+1) {
				return false
			}
		}
	case yaml.AliasNode:
		w.warnAlias(n, path)
		asServerReads(n)
	case yaml.ScalarNode:
		asServerReads(n)
	}
	return true
}

func (w *walker) visitMapping(n *yaml.Node, path *step, depth int) bool {
	w.findDuplicates(n, path)
	for i := 0; i+1 < len(n.Content); i += 2 {
		key, value := n.Content[i], n.Content[i+1]
		here := &step{parent: path, key: key.Value, index: -1}
		if key.Kind != yaml.ScalarNode {
			w.add(key, Error, "complex-key", path, complexKeyMessage(key))
		} else if key.Tag == "!!merge" {
			w.add(key, Warning, "merge-key", path,
				"Kestra does not merge \"<<\": it is an ordinary key there; write the values out")
		}
		if !w.visit(key, here, depth+1) || !w.visit(value, here, depth+1) {
			return false
		}
	}
	return true
}

func complexKeyMessage(n *yaml.Node) string {
	switch {
	case n.Kind == yaml.AliasNode:
		return "a key must be plain text, this one is an alias; put it in quotes"
	case n.Kind == yaml.MappingNode && isFlow(n):
		return "a key must be plain text; put an expression such as {{ inputs.name }} in quotes"
	}
	return fmt.Sprintf("a key must be plain text, this one is a %s; put it in quotes", kindName(n))
}

func (w *walker) warnAlias(n *yaml.Node, path *step) {
	w.aliases++
	if w.aliases > maxAliasWarnings {
		return
	}
	w.add(n, Warning, "alias-not-resolved", path,
		fmt.Sprintf("write the value out: Kestra takes the alias \"*%s\" for the text of its name", cut(n.Value)))
}

// quoteLimit is how many characters of the source a message quotes.
const quoteLimit = 60

// cut shortens a piece of the source for a message.
func cut(s string) string {
	if runes := []rune(s); len(runes) > quoteLimit {
		return string(runes[:quoteLimit]) + "…"
	}
	return s
}
