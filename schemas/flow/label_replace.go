package flow

import (
	"bytes"

	"gopkg.in/yaml.v3"
)

// replaceValue sets the value of a read-only label that says something else.
func replaceValue(source []byte, root *yaml.Node, l label) []edit {
	labels := child(root, labelsKey)
	key, inFlow := l.at, isFlow(root) || isFlow(labels)
	for _, item := range items(labels) {
		if itemKey, _ := childPair(item, "key"); itemKey == l.at {
			key, _ = childPair(item, "value")
			inFlow = inFlow || isFlow(item)
		}
	}
	if key == nil || l.value == nil || l.value.Kind != yaml.ScalarNode {
		return nil
	}
	if l.value.Value == "" && l.value.Style == 0 {
		colon, ok := colonAfter(source, key)
		if !ok {
			return nil
		}
		return []edit{{at: colon, end: colon, text: ` "true"`}}
	}
	end, ok := scalarEnd(source, key, l.value, inFlow)
	if !ok {
		return nil
	}
	return []edit{{at: offset(source, l.value.Line, l.value.Column), end: end, text: `"true"`}}
}

// colonAfter returns the offset behind the colon that follows a key.
func colonAfter(source []byte, key *yaml.Node) (int, bool) {
	at := skipProperties(source, offset(source, key.Line, key.Column))
	switch {
	case key.Style&(yaml.DoubleQuotedStyle|yaml.SingleQuotedStyle) != 0:
		at = quotedEnd(source, at)
	case bytes.HasPrefix(source[at:], []byte(key.Value)):
		at += len(key.Value)
	default:
		return 0, false
	}
	at = skipSpacesAndTabs(source, at)
	if at >= len(source) || source[at] != ':' {
		return 0, false
	}
	return at + 1, true
}

// skipProperties returns where a value starts behind its anchor and tag and the spaces around them.
func skipProperties(source []byte, at int) int {
	for {
		word := skipSpaces(source, at)
		if word >= len(source) || source[word] != '&' && source[word] != '!' {
			if word < len(source) && lineBreak(source, word) == 0 && source[word] != '#' {
				return word
			}
			return at
		}
		for at = word; !isBlank(source, at); {
			at++
		}
	}
}

// scalarEnd returns the offset behind a scalar that is the value of a key, within brackets or not.
func scalarEnd(source []byte, key, value *yaml.Node, inFlow bool) (int, bool) {
	at := skipProperties(source, offset(source, value.Line, value.Column))
	if at >= len(source) || lineBreak(source, at) > 0 {
		return 0, false
	}
	switch source[at] {
	case '"', '\'':
		return quotedEnd(source, at), true
	case '|', '>':
		end := blockScalarEnd(source, at, key.Column-1)
		return trimLineBreaks(source, at, end), true
	}
	end, _ := plainEnd(source, at, key.Column-1, inFlow)
	return end, end > at
}

// trimLineBreaks returns the end of the last line with content between two offsets.
func trimLineBreaks(source []byte, at, end int) int {
	trimmed := bytes.TrimRight(source[at:end], " \r\n")
	return at + len(trimmed)
}

// isFlow tells whether a mapping or a list stands in brackets.
func isFlow(n *yaml.Node) bool { return n.Style&yaml.FlowStyle != 0 }
