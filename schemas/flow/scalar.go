package flow

import (
	"strings"

	"gopkg.in/yaml.v3"
)

// asServerReads gives a scalar the tag of the kind that the server's parser takes it for: YAML 1.1 booleans
// are booleans, dates and empty values are text, an alias is the text of its name. The tag is one of !!str,
// !!int, !!float, !!bool, !!null afterwards, or one that the author wrote.
func asServerReads(n *yaml.Node) {
	if n.Kind == yaml.AliasNode {
		n.Kind, n.Tag, n.Style, n.Alias = yaml.ScalarNode, "!!str", yaml.DoubleQuotedStyle, nil
		return
	}
	if n.Style != 0 {
		return
	}
	switch n.Tag {
	case "!!str":
		if isOldBoolean(n.Value) {
			n.Tag = "!!bool"
		}
	case "!!null":
		if n.Value == "" {
			n.Tag = "!!str"
		}
	case "!!timestamp", "!!merge", "!!binary":
		n.Tag = "!!str"
	case "!!int":
		if len(n.Value) > 1 && n.Value[0] == '0' && (n.Value[1] == 'o' || n.Value[1] == 'O') {
			n.Tag = "!!str" // an octal number of YAML 1.2 only
		}
	case "!!float":
		if digits := strings.Trim(n.Value, "+-0123456789"); digits == "" {
			n.Tag = "!!int" // too large for ours
			if strings.HasPrefix(strings.TrimLeft(n.Value, "+-"), "0") {
				n.Tag = "!!str" // neither octal nor decimal, such as 08
			}
		}
	}
}

// isOldBoolean tells whether a plain scalar is a boolean in YAML 1.1 but not in 1.2.
func isOldBoolean(text string) bool {
	switch text {
	case "yes", "Yes", "YES", "no", "No", "NO", "on", "On", "ON", "off", "Off", "OFF":
		return true
	}
	return false
}
