package flow

import (
	"strings"

	"gopkg.in/yaml.v3"
)

// child returns the value of a key of a mapping, or nil.
func child(n *yaml.Node, key string) *yaml.Node {
	if n == nil || n.Kind != yaml.MappingNode {
		return nil
	}
	for i := 0; i+1 < len(n.Content); i += 2 {
		if n.Content[i].Value == key {
			return n.Content[i+1]
		}
	}
	return nil
}

// items returns the elements of a list; nil for anything else.
func items(n *yaml.Node) []*yaml.Node {
	if n == nil || n.Kind != yaml.SequenceNode {
		return nil
	}
	return n.Content
}

func isNull(n *yaml.Node) bool {
	return n.Kind == yaml.ScalarNode && n.Tag == "!!null"
}

// isExpression tells whether a node is a mapping with a key that is none, such as {{ inputs.name }} without quotes.
// The key is refused when the text is read, and there is nothing else to say of the mapping.
func isExpression(n *yaml.Node) bool {
	return n.Kind == yaml.MappingNode && len(n.Content) > 0 && n.Content[0].Kind != yaml.ScalarNode
}

// isText tells whether a scalar is text for the server, not a number, a boolean or null.
func isText(n *yaml.Node) bool {
	if n.Kind != yaml.ScalarNode {
		return false
	}
	switch n.Tag {
	case "!!int", "!!float", "!!bool", "!!null":
		return false
	}
	return true
}

// isEmpty tells whether a scalar is the empty text, which the server takes for null in most places.
func isEmpty(n *yaml.Node) bool {
	return isText(n) && strings.TrimSpace(n.Value) == ""
}

// text returns the text of a scalar; "" for null, a list or a mapping.
func text(n *yaml.Node) string {
	if n == nil || n.Kind != yaml.ScalarNode || isNull(n) {
		return ""
	}
	return n.Value
}

// describe says what a node is, in a message.
func describe(n *yaml.Node) string {
	if n.Kind != yaml.ScalarNode {
		return "a " + kindName(n)
	}
	switch n.Tag {
	case "!!null":
		return "null"
	case "!!bool":
		return "the boolean " + n.Value
	case "!!int", "!!float":
		return "the number " + cut(n.Value)
	}
	switch {
	case n.Value == "" && n.Style == 0:
		return "nothing"
	case n.Value == "":
		return "an empty text"
	}
	return "\"" + cut(n.Value) + "\""
}
