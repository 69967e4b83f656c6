package flow

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"gopkg.in/yaml.v3"
)

// name is one half of a flow's identity and what the server asks of it.
type name struct {
	key     string
	pattern *regexp.Regexp
	maximum int // characters
	// textOnly is true where a number or a boolean, which the server reads as text elsewhere, makes it fail.
	textOnly bool
}

var (
	idName        = name{key: "id", pattern: regexp.MustCompile(`^[a-zA-Z0-9][a-zA-Z0-9._-]*$`), maximum: 100}
	namespaceName = name{key: "namespace", pattern: regexp.MustCompile(`^[a-z0-9][a-z0-9._-]*$`), maximum: 150, textOnly: true}
)

// checkIdentity finds a missing, malformed or contradicting id and namespace.
func checkIdentity(root *yaml.Node, identity Identity) []Finding {
	return append(idName.check(root, identity.ID), namespaceName.check(root, identity.Namespace)...)
}

// check judges the name in the source, and compares it with the object's when that is known.
func (n name) check(root *yaml.Node, want string) []Finding {
	value := child(root, n.key)
	if value == nil {
		return []Finding{findingAt(root, Error, "missing-"+n.key, "", fmt.Sprintf("%s is missing; add the line \"%s: %s\"", n.key, n.key, n.example(want)))}
	}
	if isExpression(value) {
		return nil // refused as that
	}
	if message := n.problem(value); message != "" {
		return []Finding{findingAt(value, Error, "invalid-"+n.key, n.key, message)}
	}
	if want != "" && value.Value != want {
		return []Finding{findingAt(value, Error, n.key+"-mismatch", n.key,
			fmt.Sprintf("%s is \"%s\" in the source and \"%s\" in the object around it; make both the same", n.key, cut(value.Value), cut(want)))}
	}
	return nil
}

// example is a valid name to show.
func (n name) example(want string) string {
	switch {
	case want != "":
		return cut(want)
	case n.key == "id":
		return "my-flow"
	default:
		return "company.team"
	}
}

// problem says what the server would not take; empty when it takes the value.
func (n name) problem(value *yaml.Node) string {
	if value.Kind != yaml.ScalarNode {
		return fmt.Sprintf("%s must be text, this is a %s", n.key, kindName(value))
	}
	if value.Tag == "!!null" || strings.TrimSpace(value.Value) == "" {
		return fmt.Sprintf("%s must not be empty; write for instance \"%s: %s\"", n.key, n.key, n.example(""))
	}
	if n.textOnly && isNumberOrBoolean(value) {
		return fmt.Sprintf("%s must be text, Kestra fails on a number or a boolean here; put %s in quotes", n.key, cut(value.Value))
	}
	if !n.pattern.MatchString(value.Value) {
		return fmt.Sprintf("%s \"%s\" does not match %s; %s", n.key, cut(value.Value), n.pattern, n.allowed())
	}
	if len(value.Value) > n.maximum {
		return fmt.Sprintf("%s has %d characters, at most %d are allowed; shorten it", n.key, len(value.Value), n.maximum)
	}
	return ""
}

// allowed says in words what the pattern says in signs.
func (n name) allowed() string {
	letters := "letters"
	if n.textOnly {
		letters = "lowercase letters"
	}
	return "use " + letters + ", digits, dots, hyphens and underscores, and start with a letter or digit"
}

func isNumberOrBoolean(n *yaml.Node) bool {
	return n.Tag == "!!int" || n.Tag == "!!float" || n.Tag == "!!bool"
}

// reservedIDs are words of the server's own paths. Kestra 1.x refuses flows of that name; 2.0 does by its
// documentation only.
var reservedIDs = []string{
	"pause", "resume", "force-run", "change-status", "kill", "executions", "search", "source", "disable", "enable",
}

// checkReservedID refuses ids that the catalog's server keeps for itself; on versions that were never seen to refuse them,
// and on those that do not tell which they are, it warns.
func checkReservedID(root *yaml.Node, catalog *Catalog) []Finding {
	value := child(root, "id")
	if value == nil || value.Kind != yaml.ScalarNode || !slices.Contains(reservedIDs, value.Value) {
		return nil
	}
	severity := Warning
	if catalog.line != (minor{}) && catalog.line.before(minor{2, 0}) {
		severity = Error
	}
	finding := findingAt(value, severity, "reserved-id", "id",
		fmt.Sprintf("the id \"%s\" is reserved by Kestra, as are %s; choose another one", value.Value, strings.Join(otherReserved(value.Value), ", ")))
	catalog.soften(&finding)
	return []Finding{finding}
}

func otherReserved(id string) []string {
	return slices.DeleteFunc(slices.Clone(reservedIDs), func(other string) bool { return other == id })
}

// childPair returns a key of a mapping and its value, nil when it is absent. Of duplicates it takes the first.
func childPair(mapping *yaml.Node, key string) (keyNode, value *yaml.Node) {
	if mapping.Kind != yaml.MappingNode {
		return nil, nil
	}
	for i := 0; i+1 < len(mapping.Content); i += 2 {
		if k := mapping.Content[i]; k.Value == key {
			return k, mapping.Content[i+1]
		}
	}
	return nil, nil
}
