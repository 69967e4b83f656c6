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
	blocks := blocks{}
	node, err := nodeOf(fields, blocks)
	if err != nil {
		return nil, fmt.Errorf("encode a %s as YAML: %w", kindOf(object), err)
	}
	text, err := print(node)
	if err != nil {
		return nil, fmt.Errorf("encode a %s as YAML: %w", kindOf(object), err)
	}
	text = blocks.fill(text)
	if !readsAs(text, fields) {
		return nil, fmt.Errorf("encode a %s as YAML: what was written does not read back as the same", kindOf(object))
	}
	return text, nil
}

func kindOf(object runtime.Object) string { return object.GetObjectKind().GroupVersionKind().Kind }

// nodeOf builds the tree of a value, keys in the order of the alphabet. A text of several lines becomes a
// block's mark where it can be a block.
func nodeOf(value any, blocks blocks) (*yaml.Node, error) {
	switch value := value.(type) {
	case map[string]any:
		node := &yaml.Node{Kind: yaml.MappingNode}
		for _, key := range slices.Sorted(maps.Keys(value)) {
			member, err := nodeOf(value[key], blocks)
			if err != nil {
				return nil, err
			}
			node.Content = append(node.Content, &yaml.Node{Kind: yaml.ScalarNode, Value: key}, member)
		}
		return node, nil
	case string:
		switch {
		case !strings.ContainsAny(value, "\r\n"):
		case survives(value):
			return &yaml.Node{Kind: yaml.ScalarNode, Value: blocks.mark(value)}, nil
		default: // the library's own choice, a literal block, loses line breaks at the start
			return &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!str", Value: value, Style: yaml.DoubleQuotedStyle}, nil
		}
	}
	node := &yaml.Node{}
	return node, node.Encode(value) // quotes what another version of YAML would not take for text
}

func print(node *yaml.Node) ([]byte, error) {
	var text bytes.Buffer
	encoder := yaml.NewEncoder(&text)
	encoder.SetIndent(indentation)
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
