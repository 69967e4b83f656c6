package kestra

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"github.com/kestra-operator/kestra-operator/schemas/flow"
)

// problem translates one finding.
func (t *translator) problem(finding flow.Finding) Problem {
	p := t.words(finding)
	if p.Kind == Constraint && t.crashes(splitPath(finding.Path)) {
		return Problem{Kind: Crash, Path: p.Path, Message: "HV000028: Unexpected exception during isValid call."}
	}
	return p
}

func (t *translator) words(finding flow.Finding) Problem {
	parent, property := splitPath(finding.Path)
	switch finding.Rule {
	case "unknown-property", "removed-property":
		return Problem{Kind: UnknownProperty, Path: finding.Path, Message: t.unrecognized(parent, property)}
	case "unknown-type", "unknown-plugin", "missing-type", "removed-type":
		return Problem{Kind: InvalidType, Path: parent, Message: fmt.Sprintf("Invalid type: %s", t.typeName(finding.Path))}
	case "yaml-syntax", "control-character", "complex-key", "not-a-mapping":
		return Problem{Kind: Unreadable, Message: finding.Message}
	case "empty-source":
		return Problem{Kind: Unreadable,
			Message: "No content to map due to end-of-input\n at [Source: (StringReader); line: 1, column: 1] (at line 1)"}
	case "duplicate-key":
		return Problem{Kind: DuplicateKey, Path: finding.Path, Message: duplicateField(finding, parent, property)}
	case "wrong-kind", "wrong-value":
		return Problem{Kind: BadValue, Path: finding.Path, Message: finding.Message}
	case "empty-list":
		return Problem{Path: finding.Path, Message: "must not be empty"}
	case "missing-property":
		return Problem{Path: finding.Path, Message: missing(finding.Path)}
	case "invalid-namespace":
		return t.invalidNamespace(finding)
	case "missing-id", "missing-namespace":
		return Problem{Path: strings.TrimPrefix(finding.Rule, "missing-"), Message: "must not be null"}
	case "reserved-id":
		return Problem{Message: t.reservedID()}
	case "system-label":
		return Problem{Message: "Invalid Flow: System labels can only be set by Kestra itself, offending label: " +
			t.systemLabel()}
	default:
		return Problem{Path: finding.Path, Message: finding.Message}
	}
}

var (
	inputPath   = regexp.MustCompile(`^inputs\[\d+\]$`)
	defaultPath = regexp.MustCompile(`^pluginDefaults\[\d+\]$`)
)

// crashes names what the server's own checks fail on, so that creating answers 500.
func (t *translator) crashes(parent, property string) bool {
	switch t.typeName(parent + ".type") {
	case "io.kestra.plugin.core.flow.Template":
		return true
	case "io.kestra.plugin.core.flow.LoopUntil":
		return property == "tasks" && !t.dialect.strictUpdate
	}
	switch property {
	case "id":
		return inputPath.MatchString(parent)
	case "values":
		return defaultPath.MatchString(parent)
	default:
		return property == "autoSelectFirst"
	}
}

// invalidNamespace tells apart what is no text: a list or mapping is not read, a number is cast and crashes.
func (t *translator) invalidNamespace(finding flow.Finding) Problem {
	switch t.doc.fields["namespace"].(type) {
	case string, nil:
		return Problem{Path: finding.Path, Message: finding.Message}
	case map[string]any, []any:
		return Problem{Kind: Unreadable, Path: finding.Path, Message: "Cannot deserialize value of type `java.lang.String`"}
	default:
		return Problem{Kind: Crash, Path: finding.Path, Message: "the namespace cannot be cast to class java.lang.String"}
	}
}

func missing(path string) string {
	if path == "tasks" {
		return "must not be empty"
	}
	return "must not be null"
}

// unrecognized is what the server says of a property it does not know. It lists what it knows instead; of
// anything but the flow itself that list is left out here.
func (t *translator) unrecognized(parent, property string) string {
	if parent == "" {
		properties := t.dialect.flowProperties()
		return fmt.Sprintf("Unrecognized field %q (class %s), not marked as ignorable (%d known properties: \"%s\")",
			property, flowClass, len(properties), strings.Join(properties, `", "`))
	}
	return fmt.Sprintf("Unrecognized field %q (class %s), not marked as ignorable", property, t.typeName(parent+".type"))
}

// duplicateField is said with the place after the second key.
func duplicateField(finding flow.Finding, parent, property string) string {
	chain := ""
	if parent != "" {
		chain = " (through reference chain: " + chainTo("io.kestra.core.models.flows.GenericFlow", parent) + ")"
	}
	return fmt.Sprintf("Duplicate field '%s'\n at [Source: (StringReader); line: %d, column: %d]%s (at line %d)",
		property, finding.Line, finding.Column+len(property), chain, finding.Line)
}

func (t *translator) reservedID() string {
	id, _ := t.doc.text("id")
	return "Invalid Flow: Flow id is a reserved keyword: " + id + ". List of reserved keywords: pause, resume, " +
		"force-run, change-status, kill, executions, search, source, disable, enable"
}

func (t *translator) systemLabel() string {
	for _, label := range t.doc.labels() {
		pair, _ := label.(map[string]any)
		key := fmt.Sprint(pair["key"])
		if strings.HasPrefix(key, "system.") && key != "system.readOnly" {
			return fmt.Sprintf("%s=%v", key, pair["value"])
		}
	}
	return ""
}

// typeName is the text at a path such as tasks[0].type, and null where there is none.
func (t *translator) typeName(path string) string {
	var value any = t.doc.fields
	for _, part := range strings.Split(strings.ReplaceAll(path, "[", ".["), ".") {
		switch v := value.(type) {
		case map[string]any:
			value = v[part]
		case []any:
			i, err := strconv.Atoi(strings.Trim(part, "[]"))
			if err != nil || i >= len(v) {
				return "null"
			}
			value = v[i]
		default:
			return "null"
		}
	}
	if text, ok := value.(string); ok {
		return text
	}
	return "null"
}

// splitPath cuts the last property off a path.
func splitPath(path string) (parent, property string) {
	if i := strings.LastIndex(path, "."); i >= 0 {
		return path[:i], path[i+1:]
	}
	return "", path
}
