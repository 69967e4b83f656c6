package flow

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"gopkg.in/yaml.v3"
)

// read parses a source the way the server does and returns the mapping of its first document, or nil and
// the reasons when there is none to judge. In the returned tree aliases are the plain text of their name,
// as on the server, so that nothing can be expanded; every position is that of the source.
func read(source []byte, lim limits) (root *yaml.Node, findings []Finding) {
	if finding, ok := checkText(source, lim); !ok {
		return nil, []Finding{finding}
	}
	documents, err := parse(source)
	if err != nil {
		return nil, []Finding{syntaxFinding(source, err)}
	}
	if finding, ok := documents.rootFinding(); !ok {
		return nil, []Finding{finding}
	}
	root = documents.root
	walk := walker{limits: lim, added: map[Severity]int{}}
	if !walk.visit(root, nil, 1) {
		return nil, walk.findings
	}
	if second := documents.second; second != nil {
		walk.findings = append(walk.findings, *second)
		source = source[:lineStart(source, second.Line)]
	}
	if finding, ok := strictFinding(source); !ok {
		walk.findings = append(walk.findings, finding)
	}
	return root, walk.findings
}

// documents is what a source holds: a first document and perhaps more.
type documents struct {
	root   *yaml.Node // content of the first document; nil when there is none
	second *Finding   // refuses whatever follows the first document
}

// rootFinding refuses a source whose first document is not a mapping.
func (d documents) rootFinding() (Finding, bool) {
	switch {
	case d.root == nil:
		return emptySource(1, 1), false
	case d.root.Kind == yaml.ScalarNode && d.root.Value == "" && d.root.Style == 0:
		return emptySource(d.root.Line, d.root.Column), false
	case d.root.Kind != yaml.MappingNode:
		return findingAt(d.root, Error, "not-a-mapping", "",
			fmt.Sprintf("a flow is a mapping that starts with \"id:\" and \"namespace:\", this is a %s", kindName(d.root))), false
	}
	return Finding{}, true
}

func emptySource(line, column int) Finding {
	return Finding{
		Severity: Error, Rule: "empty-source", Line: line, Column: column,
		Message: "the source is empty; write a flow with id, namespace and tasks",
	}
}

// kindName is what a user calls a node.
func kindName(n *yaml.Node) string {
	switch n.Kind {
	case yaml.MappingNode:
		return "mapping"
	case yaml.SequenceNode:
		return "list"
	default:
		return "single value"
	}
}

// parse reads the first document and looks for a second one. Empty documents, such as the one after a
// trailing "---", do not count.
func parse(source []byte) (documents, error) {
	s, content, err := open(source)
	if errors.Is(err, io.EOF) {
		return documents{}, nil
	}
	if err != nil {
		return parseUpToEnd(source, err)
	}
	found := documents{root: content}
	for range maxDocuments {
		next, err := s.next()
		if errors.Is(err, io.EOF) {
			return found, nil
		}
		if err != nil {
			found.second = restOf(source, syntaxFinding(source, err).Line, 1)
			return found, nil
		}
		if next.Kind != yaml.ScalarNode || next.Value != "" {
			found.second = restOf(source, next.Line, next.Column)
			return found, nil
		}
		content = next
	}
	found.second = restOf(source, content.Line, content.Column)
	return found, nil
}

// parseUpToEnd reads a source whose error may lie behind the end of its first document.
func parseUpToEnd(source []byte, err error) (documents, error) {
	end := documentEnd(source)
	if end == len(source) {
		return documents{}, err
	}
	found, cutErr := parse(source[:end])
	if cutErr != nil || found.root == nil {
		return documents{}, err
	}
	line, column := position(source, end)
	found.second = restOf(source, line, column)
	return found, nil
}

// maxDocuments is how many empty documents may follow the first one.
const maxDocuments = 8

// secondDocumentRule is about text behind the flow, not about the flow.
const secondDocumentRule = "policy-second-document"

// restOf refuses text after the first document: Kestra would store the first one only.
func restOf(source []byte, line, column int) *Finding {
	finding := Finding{
		Severity: Error, Rule: secondDocumentRule, Line: line, Column: column,
		Message: "a second YAML document starts here and Kestra would drop it without a word; keep one flow for each object",
	}
	if end := documentEnd(source); end < len(source) && source[end] != '%' && !isDocumentMarker(source, end) {
		finding.Message = misaligned
	}
	return &finding
}

// misaligned is what ends a flow without the marker of another document.
const misaligned = "the flow ends here for Kestra, which drops the rest without a word: this line is indented less than the first one; align them"

// withoutLost leaves out that the flow has no id, namespace or tasks when they stand below the line that ends it: then
// Kestra refuses the flow for that line.
func withoutLost(findings []Finding) []Finding {
	if !slices.ContainsFunc(findings, func(f Finding) bool { return f.Message == misaligned }) {
		return findings
	}
	before := len(findings)
	findings = slices.DeleteFunc(findings, func(f Finding) bool {
		return strings.HasPrefix(f.Rule, "missing-") && !strings.ContainsAny(f.Path, ".[")
	})
	for i := range findings {
		if findings[i].Message == misaligned && len(findings) < before {
			findings[i].Rule = "yaml-syntax"
		}
	}
	return findings
}
