package flow

import (
	"strings"

	"gopkg.in/yaml.v3"
)

// readOnlyEntry is the label in the map form.
const readOnlyEntry = readOnlyLabel + `: "true"`

// labelEdits lists the edits that could set the label, the most natural first.
func labelEdits(source []byte, root *yaml.Node) []edit {
	key, labels := childPair(root, labelsKey)
	if key == nil {
		return newLabels(source, root)
	}
	for _, l := range labelsOf(root) {
		if l.key == readOnlyLabel {
			return replaceValue(source, root, l)
		}
	}
	switch {
	case labels.Kind == yaml.ScalarNode:
		return fillLabels(source, root, key, labels)
	case isFlow(labels):
		return insertInBrackets(source, labels, entryFor(labels))
	default:
		return insertInBlock(source, key, labels)
	}
}

// entryFor returns the label in the form of the labels that are there.
func entryFor(labels *yaml.Node) string {
	list := labels.Kind == yaml.SequenceNode
	switch {
	case list && isJSON(labels):
		return `{"key": "` + readOnlyLabel + `", "value": "true"}`
	case list:
		return "{key: " + readOnlyLabel + `, value: "true"}`
	case isJSON(labels):
		return `"` + readOnlyLabel + `": "true"`
	}
	return readOnlyEntry
}

// isJSON tells whether the first key within brackets is in double quotes.
func isJSON(n *yaml.Node) bool {
	for n.Kind == yaml.SequenceNode && len(n.Content) > 0 {
		n = n.Content[0]
	}
	return n.Kind == yaml.MappingNode && len(n.Content) > 0 && n.Content[0].Style&yaml.DoubleQuotedStyle != 0
}

// newLabels adds labels to a flow without any: behind the namespace or the id, or else at the top.
func newLabels(source []byte, root *yaml.Node) []edit {
	if isFlow(root) {
		if isJSON(root) {
			return insertInBrackets(source, root, `"labels": {"`+readOnlyLabel+`": "true"}`)
		}
		return insertInBrackets(source, root, "labels: {"+readOnlyEntry+"}")
	}
	var edits []edit
	lines := []string{labelsKey + ":", "  " + readOnlyEntry}
	for _, name := range []string{"namespace", "id"} {
		key, value := childPair(root, name)
		if key == nil || value.Kind != yaml.ScalarNode || value.Value == "" {
			continue
		}
		if end, ok := scalarEnd(source, key, value, false); ok {
			edits = appendLinesAfter(edits, source, end, key.Column-1, lines)
		}
	}
	first := root
	if key := root.Content[0]; key.Line != root.Line { // an anchor or a tag stands before it
		first = key
	}
	return appendLinesBefore(edits, source, first, lines)
}

// insertInBlock adds a label to labels on lines of their own: below the line of "labels:", or else before
// the first one.
func insertInBlock(source []byte, key, labels *yaml.Node) []edit {
	lines := []string{readOnlyEntry}
	first := labels
	if labels.Kind == yaml.SequenceNode {
		lines = []string{"- key: " + readOnlyLabel, `  value: "true"`}
	} else if key := labels.Content[0]; key.Line != labels.Line { // an anchor or a tag stands before it
		first = key
	}
	var edits []edit
	if colon, ok := colonAfter(source, key); ok {
		edits = appendLinesAfter(edits, source, skipProperties(source, colon), first.Column-1, lines)
	}
	return appendLinesBefore(edits, source, first, lines)
}

// insertInBrackets adds an entry behind the opening bracket of a mapping or a list.
func insertInBrackets(source []byte, n *yaml.Node, entry string) []edit {
	at := skipProperties(source, offset(source, n.Line, n.Column))
	if at >= len(source) || source[at] != '{' && source[at] != '[' {
		return nil
	}
	at = skipSpaces(source, at+1)
	switch {
	case len(n.Content) > 0:
		entry += ","
		if !isBlank(source, at) {
			entry += " "
		}
	case at < len(source) && source[at] == '#':
		entry += " "
	}
	return []edit{{at: at, end: at, text: entry}}
}

// fillLabels gives a value to labels that are null or empty. Text in their place is left to its author.
func fillLabels(source []byte, root, key, labels *yaml.Node) []edit {
	braces := "{" + readOnlyEntry + "}"
	if isJSON(root) {
		braces = `{"` + readOnlyLabel + `": "true"}`
	}
	if isNull(labels) {
		start := offset(source, labels.Line, labels.Column)
		if end, ok := scalarEnd(source, key, labels, isFlow(root)); ok {
			return []edit{{at: start, end: end, text: braces}}
		}
		return nil
	}
	colon, ok := colonAfter(source, key)
	if labels.Value != "" || labels.Style != 0 || !ok {
		return nil
	}
	var edits []edit
	if !isFlow(root) {
		edits = appendLinesAfter(edits, source, colon, key.Column+1, []string{readOnlyEntry})
	}
	return append(edits, edit{at: colon, end: colon, text: " " + braces})
}

// appendLinesAfter adds an edit that puts lines below the line of an offset, if nothing but a comment follows
// the offset in its line.
func appendLinesAfter(edits []edit, source []byte, at, indent int, lines []string) []edit {
	rest := skipSpacesAndTabs(source, at)
	if !isBlank(source, rest) && (source[rest] != '#' || rest == at) {
		return edits
	}
	end := lineEnd(source, at)
	below := nextLine(source, at)
	text, eol := "", eolAt(source, end)
	for _, line := range lines {
		line = strings.Repeat(" ", indent) + line
		if below == end { // the last line does not end
			text += eol + line
		} else {
			text += line + eol
		}
	}
	return append(edits, edit{at: below, end: below, text: text})
}

// appendLinesBefore adds an edit that puts lines before the one that starts with a node.
func appendLinesBefore(edits []edit, source []byte, n *yaml.Node, lines []string) []edit {
	at := offset(source, n.Line, n.Column)
	indent := column(source, at)
	if strings.Trim(string(source[at-indent:at]), " ") != "" {
		return edits
	}
	text := ""
	for _, line := range lines {
		text += line + eolAt(source, at) + strings.Repeat(" ", indent)
	}
	return append(edits, edit{at: at, end: at, text: text})
}
