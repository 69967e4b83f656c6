package validate

import (
	"encoding/json"
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"gopkg.in/yaml.v3"
	"k8s.io/apimachinery/pkg/util/validation/field"
	kjson "sigs.k8s.io/json"
	kyaml "sigs.k8s.io/yaml"

	"github.com/kestra-operator/kestra-operator/schemas/flow"
	"github.com/kestra-operator/kestra-operator/schemas/v1alpha1"
)

// object is one Kubernetes object of a document, before it is decoded into its type.
type object struct {
	kind string
	json json.RawMessage
	node *yaml.Node
	// at is where the object stands in its document, such as "items[2]."; empty for the document itself.
	at string
}

// typeMeta is what tells the objects of a document apart.
type typeMeta struct {
	APIVersion string            `json:"apiVersion"`
	Kind       string            `json:"kind"`
	Items      []json.RawMessage `json:"items"`
}

// objects returns the objects of our kinds in a document, those of lists included, and how many others
// there were.
func (d document) objects() (ours []object, others int, finding *flow.Finding) {
	text, err := kyaml.YAMLToJSONStrict(d.text)
	if err != nil {
		return nil, 0, unreadable(err)
	}
	ours, others = collect(text, d.root, "")
	return ours, others, nil
}

func collect(text json.RawMessage, node *yaml.Node, at string) (ours []object, others int) {
	var meta typeMeta
	if err := json.Unmarshal(text, &meta); err != nil {
		return nil, 1
	}
	group, _, _ := strings.Cut(meta.APIVersion, "/")
	isList := strings.HasSuffix(meta.Kind, "List") && (group == v1alpha1.GroupName || meta.APIVersion == "v1")
	if !isList {
		if group != v1alpha1.GroupName {
			return nil, 1
		}
		return []object{{kind: meta.Kind, json: text, node: node, at: at}}, 0
	}
	items := child(node, "items")
	for i, item := range meta.Items {
		var itemNode *yaml.Node
		if items != nil && i < len(items.Content) {
			itemNode = resolve(items.Content[i])
		}
		more, otherItems := collect(item, itemNode, fmt.Sprintf("%sitems[%d].", at, i))
		ours, others = append(ours, more...), others+otherItems
	}
	return ours, others
}

// decode reads an object into its type as the API server does with strict field validation. The findings
// are about fields that the type does not have, given twice, or of another type.
func (o object) decode(into any) []flow.Finding {
	strict, err := kjson.UnmarshalStrict(o.json, into)
	if err != nil {
		return []flow.Finding{o.finding(flow.Error, "manifest", pathIn(err.Error()), shorten(err.Error()))}
	}
	var findings []flow.Finding
	for _, problem := range strict {
		path := quotedPath(problem.Error())
		finding := o.finding(flow.Error, "unknown-field", path,
			fmt.Sprintf("%s: the API server refuses it; take it out or correct its name", problem))
		if key := o.findKey(path); key != nil {
			finding.Line, finding.Column = key.Line, key.Column
		}
		findings = append(findings, finding)
	}
	return findings
}

// finding makes a finding about a field of the object, placed at the deepest part of its path that exists.
func (o object) finding(severity flow.Severity, rule, path, message string) flow.Finding {
	finding := flow.Finding{Severity: severity, Rule: rule, Path: o.at + path, Message: message}
	if node := o.find(path); node != nil {
		finding.Line, finding.Column = node.Line, node.Column
	}
	return finding
}

// errorRules are the rule ids of the API server's kinds of field error.
var errorRules = map[field.ErrorType]string{
	field.ErrorTypeRequired:  "required",
	field.ErrorTypeForbidden: "forbidden",
	field.ErrorTypeTooLong:   "too-long",
}

func (o object) fieldErrors(errs field.ErrorList) []flow.Finding {
	var findings []flow.Finding
	for _, err := range errs {
		rule, known := errorRules[err.Type]
		if !known {
			rule = "invalid"
		}
		message := err.Detail
		if message == "" {
			message = err.Type.String()
		}
		findings = append(findings, o.finding(flow.Error, rule, err.Field, message))
	}
	return findings
}

// fieldWarnings reads warnings of the form "spec.ttl: text".
func (o object) fieldWarnings(warnings []string) []flow.Finding {
	var findings []flow.Finding
	for _, warning := range warnings {
		path, message, _ := strings.Cut(warning, ": ")
		findings = append(findings, o.finding(flow.Warning, "advice", path, message))
	}
	return findings
}

var pathStep = regexp.MustCompile(`[^.\[\]]+`)

// find follows a path such as "spec.valueFrom.secretKeyRef" as far as it goes.
func (o object) find(path string) *yaml.Node {
	node := o.node
	for _, step := range pathStep.FindAllString(path, -1) {
		next := child(node, step)
		if index, err := strconv.Atoi(step); err == nil && node != nil && node.Kind == yaml.SequenceNode && index < len(node.Content) {
			next = resolve(node.Content[index])
		}
		if next == nil {
			return node
		}
		node = next
	}
	return node
}

// findKey returns the key that a path such as "spec.sorce" ends with, nil when it is not there.
func (o object) findKey(path string) *yaml.Node {
	parent, key := "", path
	if dot := strings.LastIndexByte(path, '.'); dot >= 0 {
		parent, key = path[:dot], path[dot+1:]
	}
	node := o.find(parent)
	if node == nil || node.Kind != yaml.MappingNode {
		return nil
	}
	for i := 0; i < len(node.Content); i += 2 {
		if node.Content[i].Value == key {
			return node.Content[i]
		}
	}
	return nil
}

var (
	quoted   = regexp.MustCompile(`"([^"]+)"`)
	goType   = regexp.MustCompile(` of type \S+$`)
	goField  = regexp.MustCompile(`Go struct field [^.\s]+\.(\S+)`)
	goEmbed  = regexp.MustCompile(`\b[A-Z]\w*\.`)
	yamlLine = regexp.MustCompile(`^(?:yaml: )?line (\d+): `)
)

func quotedPath(message string) string {
	if match := quoted.FindStringSubmatch(message); match != nil {
		return match[1]
	}
	return ""
}

// pathIn returns the path of the field that an error of the JSON decoder names, embedded structs left out.
func pathIn(message string) string {
	if match := goField.FindStringSubmatch(message); match != nil {
		return goEmbed.ReplaceAllString(match[1], "")
	}
	return ""
}

// shorten takes Go's words out of an error of the JSON decoder.
func shorten(message string) string {
	message = goType.ReplaceAllString(strings.TrimPrefix(message, "json: "), "")
	message = goField.ReplaceAllString(message, "field "+pathIn(message))
	return strings.Replace(message, "cannot unmarshal", "cannot read", 1)
}

// unreadable makes a finding of a document that is not YAML.
func unreadable(err error) *flow.Finding {
	message := strings.TrimPrefix(err.Error(), "error converting YAML to JSON: ")
	finding := &flow.Finding{Severity: flow.Error, Rule: "manifest-syntax"}
	if match := yamlLine.FindStringSubmatch(message); match != nil {
		message = strings.TrimPrefix(message, match[0])
		if line, err := strconv.Atoi(match[1]); err == nil {
			finding.Line, finding.Column = line, 1
		}
	}
	finding.Message = "the manifest cannot be read: " + strings.TrimPrefix(message, "yaml: ")
	return finding
}
