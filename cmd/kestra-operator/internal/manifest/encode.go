package manifest

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"reflect"
	"slices"
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
	node, err := nodeOf(fields)
	if err != nil {
		return nil, fmt.Errorf("encode a %s as YAML: %w", kindOf(object), err)
	}
	text, err := print(node)
	if err != nil {
		return nil, fmt.Errorf("encode a %s as YAML: %w", kindOf(object), err)
	}
	if !readsAs(text, fields) {
		return nil, fmt.Errorf("encode a %s as YAML: what was written does not read back as the same", kindOf(object))
	}
	return text, nil
}

func kindOf(object runtime.Object) string { return object.GetObjectKind().GroupVersionKind().Kind }

// nodeOf builds the tree of a value, keys in the order of the alphabet.
func nodeOf(value any) (*yaml.Node, error) {
	switch value := value.(type) {
	case map[string]any:
		node := &yaml.Node{Kind: yaml.MappingNode}
		for _, key := range slices.Sorted(maps.Keys(value)) {
			member, err := nodeOf(value[key])
			if err != nil {
				return nil, err
			}
			node.Content = append(node.Content, &yaml.Node{Kind: yaml.ScalarNode, Value: key}, member)
		}
		return node, nil
	case string:
		if strings.ContainsAny(value, "\r\n") {
			return textNode(value), nil
		}
	}
	node := &yaml.Node{}
	return node, node.Encode(value) // quotes what another version of YAML would not take for text
}

// textNode is a text of several lines. The library's own choice loses line breaks at its start.
func textNode(text string) *yaml.Node {
	node := &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!str", Value: text, Style: yaml.LiteralStyle}
	if !survives(node) {
		node.Style = yaml.DoubleQuotedStyle
	}
	return node
}

// survives tells whether a text reads back the same: from a literal block not with a carriage return, for
// one, nor with what YAML takes for the end of a line and Kestra does not.
func survives(text *yaml.Node) bool {
	// Texts stand one level deep in an object, and what the writer gets wrong depends on the depth.
	block, err := print(mapping("spec", mapping("text", text)))
	return err == nil && readsAs(block, map[string]any{"spec": map[string]any{"text": text.Value}})
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
