package main

import (
	"encoding/json"
	"fmt"
	"strings"

	"gopkg.in/yaml.v3"
)

const (
	marker   = "# -- "
	opening  = "<!-- values, generated from values.yaml -->\n"
	closing  = "<!-- end of values -->"
	headings = "| value | default | meaning |\n|---|---|---|\n"
)

// table describes every value in Markdown, in the order of the file. A value without a description is an error,
// unless others stand below it.
func table(values []byte) (string, error) {
	var document yaml.Node
	if err := yaml.Unmarshal(values, &document); err != nil {
		return "", err
	}
	var rows strings.Builder
	rows.WriteString(headings)
	if err := describe(&rows, document.Content[0], ""); err != nil {
		return "", err
	}
	return rows.String(), nil
}

func describe(rows *strings.Builder, mapping *yaml.Node, prefix string) error {
	for i := 0; i < len(mapping.Content); i += 2 {
		key, value := mapping.Content[i], mapping.Content[i+1]
		path := prefix + key.Value
		description := description(key.HeadComment)
		switch {
		case description != "":
			text, err := defaultText(value)
			if err != nil {
				return fmt.Errorf("line %d: %s: %w", key.Line, path, err)
			}
			fmt.Fprintf(rows, "| `%s` | `%s` | %s |\n", path, text, description)
		case value.Kind == yaml.MappingNode && len(value.Content) > 0:
			if err := describe(rows, value, path+"."); err != nil {
				return err
			}
		default:
			return fmt.Errorf("line %d: %s has no description: write one above it that begins with %q", key.Line, path, marker)
		}
	}
	return nil
}

// description is what a comment says of a value; empty when it says nothing of it.
func description(comment string) string {
	_, text, found := strings.Cut(comment, marker)
	if !found {
		return ""
	}
	return strings.ReplaceAll(strings.ReplaceAll(text, "\n# ", " "), "|", `\|`)
}

// defaultText prints a default in one line.
func defaultText(value *yaml.Node) (string, error) {
	var decoded any
	if err := value.Decode(&decoded); err != nil {
		return "", err
	}
	text, err := json.Marshal(decoded)
	return string(text), err
}

// insert replaces what stands between the markers of a README.
func insert(readme, table string) (string, error) {
	before, rest, opened := strings.Cut(readme, opening)
	_, after, closed := strings.Cut(rest, closing)
	if !opened || !closed {
		return "", fmt.Errorf("it lacks the lines %q and %q", strings.TrimSpace(opening), closing)
	}
	return before + opening + table + closing + after, nil
}
