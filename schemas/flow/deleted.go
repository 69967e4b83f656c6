package flow

import (
	"strings"

	"gopkg.in/yaml.v3"
)

// checkDeleted refuses "deleted: true": the server would create a flow that is deleted from the start.
func checkDeleted(root *yaml.Node) []Finding {
	value := child(root, "deleted")
	if value == nil || value.Kind != yaml.ScalarNode || !readsTrue(value) {
		return nil
	}
	return []Finding{findingAt(value, Error, "policy-deleted", "deleted",
		"Kestra would create the flow as already deleted; remove the line, and delete the object to delete the flow")}
}

// readsTrue tells whether the server coerces a scalar to true: booleans, the text "true", whole numbers
// other than 0.
func readsTrue(n *yaml.Node) bool {
	switch n.Tag {
	case "!!bool":
		return booleanText(n.Value) == "true"
	case "!!int":
		return strings.Trim(n.Value, "+-0") != ""
	case "!!str":
		return strings.EqualFold(n.Value, "true")
	}
	return false
}
