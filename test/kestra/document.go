package kestra

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strconv"

	"gopkg.in/yaml.v3"
)

// flowProperties are the properties of a flow in the order in which the server lists them when it meets one it
// does not know.
var (
	flowProperties1 = []string{
		"workerGroup", "finally", "tenantId", "retry", "inputs", "errors", "tasks", "outputs", "concurrency",
		"variables", "deleted", "id", "description", "labels", "pluginDefaults", "sla", "checks", "taskDefaults",
		"namespace", "disabled", "listeners", "revision", "updated", "afterExecution", "triggers", "source",
	}
	flowProperties2 = []string{
		"finally", "tenantId", "retry", "inputs", "errors", "tasks", "outputs", "concurrency", "variables",
		"deleted", "id", "description", "workerSelector", "labels", "pluginDefaults", "sla", "checks", "namespace",
		"disabled", "revision", "updated", "afterExecution", "triggers", "quotas", "source",
	}
)

func (d dialect) flowProperties() []string {
	if d.strictUpdate {
		return flowProperties2
	}
	return flowProperties1
}

// document is a flow's source as the server reads it: one YAML document, aliases and merge keys unresolved.
type document struct {
	fields map[string]any
}

// maxDepth bounds how deep a source may nest before the server gives up on it.
const maxDepth = 1000

// directive is a line such as "%YAML 1.2", which the server skips and this package's parser refuses.
var directive = regexp.MustCompile(`(?m)\A(%.*\r?\n)+`)

func readDocument(source []byte) (document, error) {
	var root yaml.Node
	text := directive.ReplaceAll(source, nil)
	if err := yaml.NewDecoder(bytes.NewReader(text)).Decode(&root); err != nil {
		if errors.Is(err, io.EOF) {
			return document{}, errors.New("no content")
		}
		return document{}, err
	}
	value, err := plainValue(&root, 0)
	if err != nil {
		return document{}, err
	}
	fields, ok := value.(map[string]any)
	if !ok {
		return document{}, errors.New("not a mapping")
	}
	return document{fields: fields}, nil
}

// plainValue is the JSON value of a YAML node. Of a duplicate key the last wins; an alias is its own text.
func plainValue(node *yaml.Node, depth int) (any, error) {
	if depth > maxDepth {
		return nil, fmt.Errorf("nested deeper than %d", maxDepth)
	}
	switch node.Kind {
	case yaml.DocumentNode:
		return plainValue(node.Content[0], depth+1)
	case yaml.MappingNode:
		fields := make(map[string]any, len(node.Content)/2)
		for i := 0; i+1 < len(node.Content); i += 2 {
			value, err := plainValue(node.Content[i+1], depth+1)
			if err != nil {
				return nil, err
			}
			fields[node.Content[i].Value] = value
		}
		return fields, nil
	case yaml.SequenceNode:
		items := make([]any, 0, len(node.Content))
		for _, child := range node.Content {
			item, err := plainValue(child, depth+1)
			if err != nil {
				return nil, err
			}
			items = append(items, item)
		}
		return items, nil
	default:
		return plainScalar(node), nil
	}
}

func plainScalar(node *yaml.Node) any {
	if node.Kind == yaml.ScalarNode {
		switch node.Tag {
		case "!!null":
			return nil
		case "!!bool":
			return node.Value == "true" || node.Value == "True" || node.Value == "TRUE"
		case "!!int":
			if n, err := strconv.ParseInt(node.Value, 0, 64); err == nil {
				return n
			}
		case "!!float":
			// Infinities and NaN have no JSON form.
			if f, err := strconv.ParseFloat(node.Value, 64); err == nil && f-f == 0 {
				return f
			}
		}
	}
	return node.Value
}

// text of a field; a number or boolean is taken as its text, as the server does for ids.
func (d document) text(name string) (text string, present bool) {
	switch v := d.fields[name].(type) {
	case nil:
		return "", false
	case string:
		return v, true
	case map[string]any, []any:
		return "", false
	default:
		return fmt.Sprint(v), true
	}
}

func (d document) isTrue(name string) bool {
	value, _ := d.text(name)
	return value == "true" || value == "True" || value == "TRUE" || value == "yes"
}

// labels as the server stores them: a list of key and value, whatever form the source has.
func (d document) labels() []any {
	switch labels := d.fields["labels"].(type) {
	case map[string]any:
		list := make([]any, 0, len(labels))
		for _, key := range sortedKeys(labels) {
			list = append(list, map[string]any{"key": key, "value": fmt.Sprint(labels[key])})
		}
		return list
	case []any:
		return labels
	default:
		return nil
	}
}

// readOnly is true when the label system.readOnly is.
func (d document) readOnly() bool {
	for _, label := range d.labels() {
		pair, _ := label.(map[string]any)
		if pair["key"] == "system.readOnly" && fmt.Sprint(pair["value"]) == "true" {
			return true
		}
	}
	return false
}
