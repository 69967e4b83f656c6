package manifest

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"strings"

	"gopkg.in/yaml.v3"
	"k8s.io/apimachinery/pkg/runtime"
	kubeyaml "sigs.k8s.io/yaml"
)

// encode writes an object as one YAML document, texts of several lines as literal blocks wherever that keeps
// every byte, and in quotes otherwise. What is written is read again the way kubectl reads; a difference is
// an error, which does not quote the object.
func encode(object runtime.Object) ([]byte, error) {
	fields, err := runtime.DefaultUnstructuredConverter.ToUnstructured(object)
	if err != nil {
		return nil, fmt.Errorf("encode a %s: %w", kindOf(object), err)
	}
	delete(fields, "status")
	if metadata, ok := fields["metadata"].(map[string]any); ok {
		delete(metadata, "creationTimestamp")
	}
	var node yaml.Node
	if err := node.Encode(fields); err != nil {
		return nil, fmt.Errorf("encode a %s as YAML: %w", kindOf(object), err)
	}
	setStyles(&node)
	text, err := print(&node)
	if err != nil {
		return nil, fmt.Errorf("encode a %s as YAML: %w", kindOf(object), err)
	}
	if !readsAs(text, fields) {
		return nil, fmt.Errorf("encode a %s as YAML: what was written does not read back as the same", kindOf(object))
	}
	return text, nil
}

func kindOf(object runtime.Object) string { return object.GetObjectKind().GroupVersionKind().Kind }

// setStyles chooses how texts of several lines are written.
func setStyles(node *yaml.Node) {
	for _, child := range node.Content {
		setStyles(child)
	}
	if node.Kind != yaml.ScalarNode || node.Tag != "!!str" || !strings.ContainsAny(node.Value, "\r\n") {
		return
	}
	node.Style = yaml.DoubleQuotedStyle
	if survivesLiteral(node.Value) {
		node.Style = yaml.LiteralStyle
	}
}

// survivesLiteral tells whether a text reads back the same from a literal block: not with a carriage return,
// for one, nor with what YAML takes for the end of a line and Kestra does not.
func survivesLiteral(text string) bool {
	// Texts stand one level deep in an object, and what the writer gets wrong depends on the depth.
	block, err := print(mapping("spec", mapping("text", &yaml.Node{
		Kind: yaml.ScalarNode, Tag: "!!str", Value: text, Style: yaml.LiteralStyle,
	})))
	return err == nil && readsAs(block, map[string]any{"spec": map[string]any{"text": text}})
}

func mapping(key string, value *yaml.Node) *yaml.Node {
	return &yaml.Node{Kind: yaml.MappingNode, Content: []*yaml.Node{{Kind: yaml.ScalarNode, Value: key}, value}}
}

func print(node *yaml.Node) ([]byte, error) {
	var text bytes.Buffer
	encoder := yaml.NewEncoder(&text)
	encoder.SetIndent(2)
	if err := errors.Join(encoder.Encode(node), encoder.Close()); err != nil {
		return nil, err
	}
	return text.Bytes(), nil
}

// readsAs tells whether both kubectl's reader and a reader of YAML 1.2 see the fields in a text.
func readsAs(text []byte, fields map[string]any) bool {
	wanted, err := json.Marshal(fields)
	if err != nil {
		return false
	}
	seen, err := kubeyaml.YAMLToJSON(text)
	if err != nil || !equalJSON(wanted, seen) {
		return false
	}
	var tree any
	if err := yaml.Unmarshal(text, &tree); err != nil {
		return false
	}
	seen, err = json.Marshal(tree)
	return err == nil && equalJSON(wanted, seen)
}

func equalJSON(a, b []byte) bool {
	var x, y any
	return json.Unmarshal(a, &x) == nil && json.Unmarshal(b, &y) == nil && reflect.DeepEqual(x, y)
}
