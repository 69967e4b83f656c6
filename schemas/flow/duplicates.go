package flow

import (
	"fmt"

	"gopkg.in/yaml.v3"
)

// smallMapping is how many keys are compared with each other; more are looked up in a map.
const smallMapping = 12

// findDuplicates refuses keys that occur twice in a mapping. The server compares the text of keys, so that
// 1 and "1" are the same. Its validation accepts them, creating the flow does not.
func (w *walker) findDuplicates(n *yaml.Node, path *step) {
	if len(n.Content)/2 <= smallMapping {
		for i := 2; i < len(n.Content); i += 2 {
			for j := 0; j < i; j += 2 {
				if sameKey(n.Content[i], n.Content[j]) {
					w.duplicate(n.Content[i], n.Content[j], path)
					break
				}
			}
		}
		return
	}
	seen := make(map[string]*yaml.Node, len(n.Content)/2)
	for i := 0; i < len(n.Content); i += 2 {
		key := n.Content[i]
		if key.Kind != yaml.ScalarNode {
			continue
		}
		if first, ok := seen[key.Value]; ok {
			w.duplicate(key, first, path)
			continue
		}
		seen[key.Value] = key
	}
}

func sameKey(a, b *yaml.Node) bool {
	return a.Kind == yaml.ScalarNode && b.Kind == yaml.ScalarNode && a.Value == b.Value
}

func (w *walker) duplicate(key, first *yaml.Node, path *step) {
	if w.added[Error] > maxNoted {
		return
	}
	w.add(key, Error, "duplicate-key", &step{parent: path, key: key.Value, index: -1},
		fmt.Sprintf("the key \"%s\" already stands in line %d of the same mapping; remove one of the two", cut(key.Value), first.Line))
}

// duplicateKeys returns the keys that stand twice in a mapping. Each is refused as that; which of its values is meant
// cannot be told, so they are not judged.
func (j *judge) duplicateKeys(n *yaml.Node) map[string]bool {
	if !j.duplicates {
		return nil
	}
	seen, twice := make(map[string]bool, len(n.Content)/2), map[string]bool{}
	for i := 0; i+1 < len(n.Content); i += 2 {
		if key := n.Content[i].Value; seen[key] {
			twice[key] = true
		} else {
			seen[key] = true
		}
	}
	return twice
}
