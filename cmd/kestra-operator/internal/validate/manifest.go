package validate

import (
	"encoding/json"
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"gopkg.in/yaml.v3"
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
