package validate

import (
	"bytes"
	"regexp"

	"gopkg.in/yaml.v3"
)

// document is one YAML document of a file.
type document struct {
	// number within the file, from 1.
	number int
	// firstLine is the number of the file's lines before the document.
	firstLine int
	text      []byte
	// root is the mapping at its top, nil when it cannot be read or holds none.
	root *yaml.Node
}

// split cuts a file into documents where kubectl does: at lines that begin with "---". Empty ones are left
// out and not counted.
func split(text []byte) []document {
	var documents []document
	current := document{number: 1}
	line := 0
	finish := func() {
		if len(bytes.TrimSpace(withoutComments(current.text))) > 0 {
			current.root = mapping(current.text)
			documents = append(documents, current)
			current.number++
		}
		current = document{number: current.number, firstLine: line}
	}
	for rest := text; len(rest) > 0; {
		end := bytes.IndexByte(rest, '\n') + 1
		if end == 0 {
			end = len(rest)
		}
		this := rest[:end]
		rest = rest[end:]
		line++
		if isSeparator(this) {
			finish()
			continue
		}
		current.text = append(current.text, this...)
	}
	finish()
	return documents
}

func isSeparator(line []byte) bool {
	rest, found := bytes.CutPrefix(line, []byte("---"))
	rest = bytes.TrimSpace(rest)
	return found && (len(rest) == 0 || rest[0] == '#')
}

var commentLines = regexp.MustCompile(`(?m)^[ \t]*#.*$`)

func withoutComments(text []byte) []byte { return commentLines.ReplaceAll(text, nil) }

// mapping returns the mapping at the top of a document's text.
func mapping(text []byte) *yaml.Node {
	var node yaml.Node
	if err := yaml.Unmarshal(text, &node); err != nil || len(node.Content) == 0 || node.Content[0].Kind != yaml.MappingNode {
		return nil
	}
	return node.Content[0]
}

var (
	apiVersionLine = regexp.MustCompile(`(?m)^apiVersion:[ \t]*\S`)
	kindLine       = regexp.MustCompile(`(?m)^kind:[ \t]*\S`)
)

// isManifest tells a Kubernetes object from a flow, also when the text cannot be read as YAML.
func (d document) isManifest() bool {
	if d.root != nil {
		return child(d.root, "apiVersion") != nil && child(d.root, "kind") != nil
	}
	return apiVersionLine.Match(d.text) && kindLine.Match(d.text)
}

// looksLikeFlow tells a flow from any other YAML that lies in a folder, such as a values file.
func (d document) looksLikeFlow() bool {
	if d.root == nil {
		return true // unreadable: better judged than overlooked
	}
	return child(d.root, "id") != nil && (child(d.root, "namespace") != nil || child(d.root, "tasks") != nil)
}

// child returns the value of a key of a mapping, nil when there is none.
func child(node *yaml.Node, key string) *yaml.Node {
	if node == nil || node.Kind != yaml.MappingNode {
		return nil
	}
	for i := 0; i+1 < len(node.Content); i += 2 {
		if node.Content[i].Value == key {
			return resolve(node.Content[i+1])
		}
	}
	return nil
}

func resolve(node *yaml.Node) *yaml.Node {
	if node.Kind == yaml.AliasNode {
		return node.Alias
	}
	return node
}
