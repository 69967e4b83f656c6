package flow

import (
	"regexp"
	"strconv"
	"strings"

	"gopkg.in/yaml.v3"
)

// ruleServer is the rule of what a Kestra server itself said.
const ruleServer = "server"

// maxServerMessage bounds what is repeated of one message of a server, in bytes.
const maxServerMessage = 400

var (
	saidChain      = regexp.MustCompile(`\(through reference chain: ([^)]*)\)`)
	chainStep      = regexp.MustCompile(`\["([^"]*)"\]|\[(\d+)\]`)
	saidLine       = regexp.MustCompile(`\(at line (\d+)\)|line: (\d+), column: (\d+)`)
	saidField      = regexp.MustCompile(`Unrecognized field "([^"]*)"`)
	saidType       = regexp.MustCompile(`^Invalid type: (.+)$`)
	saidConstraint = regexp.MustCompile(`^([\w.\[\]-]*[\w\]]): (.+)$`)
	wordBefore     = regexp.MustCompile(`^(?:\s*(?:Validation error:|Invalid entity:|Unable to validate the flow:|Illegal \w+ source:|YAML (?:parsing|syntax) error:))+\s*`)
	javaTail       = regexp.MustCompile(`(?s)(?:\n? ?at \[Source:|,? ?\(through reference chain:|, not marked as ignorable|\s*\(at line -?\d+\)).*$`)
)

// ServerFindings translates what a Kestra server answered about a source into findings, with the places that
// the messages name. The messages are the lines of the answer's constraints, or of a refused write.
func ServerFindings(source []byte, messages []string) []Finding {
	root, _ := read(source, defaultLimits)
	whole := strings.Join(messages, "\n")
	if cause, ok := deserialisationFinding(root, whole); ok {
		return []Finding{cause}
	}
	var findings []Finding
	for _, line := range strings.Split(whole, "\n") {
		if line = strings.TrimSpace(trimWords(line)); line == "" {
			continue
		}
		findings = append(findings, constraintFinding(root, line))
	}
	return findings
}

// trimWords removes the words that a server puts before its message.
func trimWords(message string) string {
	return wordBefore.ReplaceAllString(strings.TrimSpace(message), "")
}

// deserialisationFinding reads a message about a text that the server could not read: it names one problem,
// over several lines, and where it can the line or the chain of properties.
func deserialisationFinding(root *yaml.Node, whole string) (Finding, bool) {
	message := trimWords(whole)
	finding := Finding{Severity: Error, Rule: ruleServer, Message: saidByServer(message)}
	if match := saidField.FindStringSubmatch(message); match != nil {
		finding.Line, finding.Column = onlyPlace(root, func(key, _ *yaml.Node) *yaml.Node {
			if key.Value == match[1] {
				return key
			}
			return nil
		})
		return finding, true
	}
	if match := saidType.FindStringSubmatch(message); match != nil {
		finding.Line, finding.Column = onlyPlace(root, func(key, value *yaml.Node) *yaml.Node {
			if key.Value == "type" && value.Value == match[1] {
				return value
			}
			return nil
		})
		return finding, true
	}
	if match := saidChain.FindStringSubmatch(message); match != nil {
		finding.Path = chainPath(match[1])
		if node, _ := resolve(root, finding.Path); node != nil {
			finding.Line, finding.Column = node.Line, node.Column
			return finding, true
		}
	}
	if line, column := messageLine(message); line > 0 {
		finding.Line, finding.Column = line, column
		return finding, true
	}
	return finding, strings.Contains(whole, "YAML parsing error") || strings.Contains(whole, "Illegal ")
}

// constraintFinding reads one broken constraint, such as "tasks[0].id: must not be null". The server writes a
// task's id where it knows it: "download.uri: must not be null".
func constraintFinding(root *yaml.Node, line string) Finding {
	finding := Finding{Severity: Error, Rule: ruleServer, Message: saidByServer(line)}
	match := saidConstraint.FindStringSubmatch(line)
	if match == nil {
		return finding
	}
	node, path := resolve(root, match[1])
	if node == nil {
		return finding
	}
	finding.Path, finding.Message = path, saidByServer(match[2])
	finding.Line, finding.Column = node.Line, node.Column
	return finding
}

func saidByServer(message string) string {
	message = javaTail.ReplaceAllString(message, "")
	message = strings.TrimSpace(strings.Join(strings.Fields(message), " "))
	if len(message) > maxServerMessage {
		message = strings.ToValidUTF8(message[:maxServerMessage], "") + "…"
	}
	return "Kestra refuses it: " + message
}

// messageLine returns the last place that a message names; a server that does not know says line -1.
func messageLine(message string) (line, column int) {
	for _, match := range saidLine.FindAllStringSubmatch(message, -1) {
		if match[1] != "" && line == 0 {
			line, _ = strconv.Atoi(match[1])
			column = 1
		} else if match[2] != "" {
			line, _ = strconv.Atoi(match[2])
			column, _ = strconv.Atoi(match[3])
		}
	}
	return line, column
}

// chainPath turns a chain such as `…FlowWithSource["tasks"]->java.util.ArrayList[0]->…` into "tasks[0]".
func chainPath(chain string) string {
	var path strings.Builder
	for _, match := range chainStep.FindAllStringSubmatch(chain, -1) {
		if match[2] != "" {
			path.WriteString("[" + match[2] + "]")
			continue
		}
		if path.Len() > 0 {
			path.WriteByte('.')
		}
		path.WriteString(match[1])
	}
	return path.String()
}

// resolve follows a path of the server as far as it leads and returns the node there with the path from the
// root. A first part that is no property of the flow is the id of a task, a trigger or an input.
func resolve(root *yaml.Node, path string) (*yaml.Node, string) {
	steps := strings.FieldsFunc(path, func(r rune) bool { return r == '.' || r == '[' || r == ']' })
	if root == nil || len(steps) == 0 {
		return nil, ""
	}
	node, known := root, ""
	if child(root, steps[0]) == nil {
		if node, known = withID(root, "", steps[0]); node == nil {
			return nil, ""
		}
		steps = steps[1:]
	}
	for _, name := range steps {
		next, step := descend(node, name)
		if next == nil {
			if node.Kind == yaml.MappingNode && !isNumber(name) {
				known = joinPath(known, name) // a property that is missing: the place is its owner's
			}
			break
		}
		node, known = next, known+step
		known = strings.TrimPrefix(known, ".")
	}
	return node, known
}

func descend(node *yaml.Node, name string) (*yaml.Node, string) {
	if i, err := strconv.Atoi(name); err == nil && node.Kind == yaml.SequenceNode {
		if i < 0 || i >= len(node.Content) {
			return nil, ""
		}
		return node.Content[i], "[" + name + "]"
	}
	return child(node, name), "." + name
}

func isNumber(s string) bool {
	_, err := strconv.Atoi(s)
	return err == nil
}

func joinPath(parent, name string) string {
	if parent == "" {
		return name
	}
	return parent + "." + name
}

// withID returns the first mapping below a node, in the order of the text, whose id is the given one.
func withID(node *yaml.Node, path, id string) (*yaml.Node, string) {
	switch node.Kind {
	case yaml.MappingNode:
		if path != "" && text(child(node, "id")) == id {
			return node, path
		}
		for i := 0; i+1 < len(node.Content); i += 2 {
			if found, at := withID(node.Content[i+1], joinPath(path, node.Content[i].Value), id); found != nil {
				return found, at
			}
		}
	case yaml.SequenceNode:
		for i, item := range node.Content {
			if found, at := withID(item, path+"["+strconv.Itoa(i)+"]", id); found != nil {
				return found, at
			}
		}
	}
	return nil, ""
}

// onlyPlace returns the position of the one node that pick chooses among all keys and values; 0, 0 when there
// is none or more than one, since a wrong place is worse than none.
func onlyPlace(root *yaml.Node, pick func(key, value *yaml.Node) *yaml.Node) (line, column int) {
	var found []*yaml.Node
	var visit func(*yaml.Node)
	visit = func(n *yaml.Node) {
		for i, c := range n.Content {
			if n.Kind == yaml.MappingNode && i%2 == 0 {
				if picked := pick(c, n.Content[i+1]); picked != nil {
					found = append(found, picked)
				}
				continue
			}
			visit(c)
		}
	}
	if root != nil {
		visit(root)
	}
	if len(found) != 1 {
		return 0, 0
	}
	return found[0].Line, found[0].Column
}
