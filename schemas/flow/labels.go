package flow

import (
	"fmt"
	"strings"

	"gopkg.in/yaml.v3"
)

const (
	labelsKey = "labels"
	// readOnlyLabel marks a flow that is kept elsewhere: the server's editor does not offer to change it.
	readOnlyLabel     = "system.readOnly"
	systemLabelPrefix = "system."
)

// label is one label of a flow, from the map form or the list form.
type label struct {
	key   string
	at    *yaml.Node // where the label starts
	value *yaml.Node // nil when a list item has none
	path  string
}

// labelsOf returns the labels under a flow's root in the order of the text. Items of the list form that are
// no mappings with a key are left out.
func labelsOf(root *yaml.Node) []label {
	node := child(root, labelsKey)
	if node == nil {
		return nil
	}
	var found []label
	switch node.Kind {
	case yaml.MappingNode:
		for i := 0; i+1 < len(node.Content); i += 2 {
			key := node.Content[i]
			path := (&step{parent: &step{key: labelsKey, index: -1}, key: key.Value, index: -1}).String()
			found = append(found, label{key: key.Value, at: key, value: node.Content[i+1], path: path})
		}
	case yaml.SequenceNode:
		for i, item := range node.Content {
			if at, key := childPair(item, "key"); at != nil && key.Kind == yaml.ScalarNode {
				found = append(found, label{key: key.Value, at: at, value: child(item, "value"), path: fmt.Sprintf("labels[%d]", i)})
			}
		}
	}
	return found
}

// checkLabels finds labels that the server refuses, and a label that contradicts the read-only policy.
func checkLabels(root *yaml.Node, options Options) []Finding {
	findings := checkLabelsShape(child(root, labelsKey))
	readOnly := false
	for _, l := range labelsOf(root) {
		if finding, ok := l.check(); !ok {
			findings = append(findings, finding)
			continue
		}
		if l.key != readOnlyLabel {
			continue
		}
		readOnly = readOnly || l.saysTrue()
		if strings.EqualFold(l.text(), "false") && !options.AllowWritable {
			findings = append(findings, findingAt(l.value, Error, "policy-read-only", l.path,
				"a flow that is kept in the cluster must not be writable in Kestra; remove the label, or set it to \"true\""))
		}
	}
	if options.RequireReadOnly && !readOnly && len(findings) == 0 {
		findings = append(findings, readOnlyRequired(root))
	}
	return findings
}

// checkLabelsShape judges the value of "labels" and the items of its list form.
func checkLabelsShape(node *yaml.Node) []Finding {
	if node == nil || node.Kind == yaml.MappingNode || node.Tag == "!!null" {
		return nil
	}
	if node.Kind != yaml.SequenceNode {
		return []Finding{findingAt(node, Error, "invalid-labels", labelsKey,
			"labels must be a mapping such as \"team: data\", or a list of key and value; remove the line if there are none")}
	}
	var findings []Finding
	for i, item := range node.Content {
		path := fmt.Sprintf("labels[%d]", i)
		switch {
		case item.Kind != yaml.MappingNode:
			findings = append(findings, findingAt(item, Error, "invalid-labels", path, "a label in a list must have \"key\" and \"value\""))
		case child(item, "key") == nil:
			findings = append(findings, findingAt(item, Error, "invalid-labels", path, "the label has no \"key\"; add it, or use the form \"name: value\""))
		}
	}
	return findings
}

// check judges one label; ok is true when the server takes it.
func (l label) check() (finding Finding, ok bool) {
	at := l.at
	if l.value != nil {
		at = l.value
	}
	switch {
	case l.value == nil || l.value.Tag == "!!null":
		return findingAt(at, Error, "invalid-labels", l.path, fmt.Sprintf("the label \"%s\" has no value; give it one or remove it", cut(l.key))), false
	case l.value.Kind != yaml.ScalarNode:
		return findingAt(at, Error, "invalid-labels", l.path, l.nestedMessage()), false
	case l.value.Value == "":
		return findingAt(at, Error, "invalid-labels", l.path, fmt.Sprintf("the value of the label \"%s\" is empty; give it one or remove it", cut(l.key))), false
	case strings.HasPrefix(l.key, systemLabelPrefix) && l.key != readOnlyLabel:
		return findingAt(l.at, Error, "system-label", l.path,
			fmt.Sprintf("the label \"%s\" can only be set by Kestra itself; remove it (\"%s\" is the only system label a flow may carry)", cut(l.key), readOnlyLabel)), false
	}
	return Finding{}, true
}

func (l label) nestedMessage() string {
	if l.key == strings.TrimSuffix(systemLabelPrefix, ".") {
		return fmt.Sprintf("labels cannot be nested; write \"%s: \\\"true\\\"\" in one key", readOnlyLabel)
	}
	return fmt.Sprintf("the value of the label \"%s\" must be text, a number or a boolean, this is a %s", cut(l.key), kindName(l.value))
}

// text of the label's value, as the server stores it.
func (l label) text() string {
	if l.value == nil || l.value.Kind != yaml.ScalarNode {
		return ""
	}
	if l.value.Tag == "!!bool" {
		return booleanText(l.value.Value)
	}
	return l.value.Value
}

// saysTrue tells whether the server reads the label as true.
func (l label) saysTrue() bool { return strings.EqualFold(l.text(), "true") }

// booleanText is the text that the server keeps of a boolean.
func booleanText(value string) string {
	switch strings.ToLower(value) {
	case "true", "yes", "on":
		return "true"
	}
	return "false"
}

func readOnlyRequired(root *yaml.Node) Finding {
	at := root
	if key, _ := childPair(root, labelsKey); key != nil {
		at = key
	}
	return findingAt(at, Error, "policy-read-only-required", labelsKey,
		fmt.Sprintf("the label that keeps the flow read-only in Kestra is missing; add \"%s: \\\"true\\\"\" under labels", readOnlyLabel))
}
