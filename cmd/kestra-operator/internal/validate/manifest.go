package validate

import (
	"cmp"
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"gopkg.in/yaml.v3"
	apivalidation "k8s.io/apimachinery/pkg/api/validation"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/validation/field"
	kjson "sigs.k8s.io/json"
	kyaml "sigs.k8s.io/yaml"

	"github.com/kestra-operator/kestra-operator/schemas/flow"
	"github.com/kestra-operator/kestra-operator/schemas/v1alpha1"
)

// object is one Kubernetes object of a document, before it is decoded into its type.
type object struct {
	apiVersion string
	kind       string
	json       json.RawMessage
	node       *yaml.Node
	// at is where the object stands in its document, such as "items[2]."; empty for the document itself.
	at string
}

// typeMeta is what tells the objects of a document apart.
type typeMeta struct {
	APIVersion string            `json:"apiVersion"`
	Kind       string            `json:"kind"`
	Items      []json.RawMessage `json:"items"`
}

// objects returns the objects of our kinds in a document, and the others, those of lists included.
func (d document) objects() (ours, others []object, finding *flow.Finding) {
	text, err := kyaml.YAMLToJSONStrict(d.text)
	if err != nil {
		return nil, nil, unreadable(err)
	}
	ours, others = collect(text, d.root, "")
	return ours, others, nil
}

func collect(text json.RawMessage, node *yaml.Node, at string) (ours, others []object) {
	var meta typeMeta
	if err := json.Unmarshal(text, &meta); err != nil {
		return nil, []object{{json: text, node: node, at: at}}
	}
	group, _, _ := strings.Cut(meta.APIVersion, "/")
	isList := strings.HasSuffix(meta.Kind, "List") && (group == v1alpha1.GroupName || meta.APIVersion == "v1")
	if !isList {
		this := []object{{apiVersion: meta.APIVersion, kind: meta.Kind, json: text, node: node, at: at}}
		if _, ours := definitions()[meta.Kind]; group != v1alpha1.GroupName && !ours {
			return nil, this
		}
		return this, nil
	}
	items := child(node, "items")
	for i, item := range meta.Items {
		var itemNode *yaml.Node
		if items != nil && i < len(items.Content) {
			itemNode = resolve(items.Content[i])
		}
		more, otherItems := collect(item, itemNode, fmt.Sprintf("%sitems[%d].", at, i))
		ours, others = append(ours, more...), append(others, otherItems...)
	}
	return ours, others
}

// read reads the object into its type, by the API server's schema first. The findings are what it would refuse;
// readable is false when the object could not be read.
func (o object) read(into any, meta *metav1.ObjectMeta) (findings []flow.Finding, readable bool) {
	findings = definitions()[o.kind].violations(o)
	unknown, err := o.decode(into)
	if err != nil {
		if len(findings) == 0 {
			findings = o.broken()
		}
		if len(findings) == 0 {
			findings = append(findings, *err)
		}
		return findings, false
	}
	findings = append(append(findings, unknown...), o.broken()...)
	placed := *meta
	if placed.Namespace == "" {
		placed.Namespace = metav1.NamespaceDefault // kubectl fills it in
	}
	if placed.GenerateName != "" {
		placed.Name = cmp.Or(placed.Name, "generated") // the API server fills it in
	}
	return append(findings, o.fieldErrors(apivalidation.ValidateObjectMeta(&placed, true, apivalidation.NameIsDNSSubdomain, field.NewPath("metadata")))...), true
}

// merge adds what admission says to what the schema said. Where both speak of a field, admission's words stay.
func (o object) merge(findings []flow.Finding, errs field.ErrorList, warnings []string) []flow.Finding {
	said := map[string]bool{}
	for _, err := range errs {
		said[o.at+err.Field] = true
	}
	findings = slices.DeleteFunc(findings, func(f flow.Finding) bool { return said[f.Path] })
	return append(append(findings, o.fieldErrors(errs)...), o.fieldWarnings(warnings)...)
}

// decode reads an object into its type as the API server does with strict field validation. The findings
// are about fields that the type does not have, or that are given twice.
func (o object) decode(into any) (unknown []flow.Finding, unreadable *flow.Finding) {
	strict, err := kjson.UnmarshalStrict(o.json, into)
	if err != nil {
		finding := o.finding(flow.Error, "manifest", pathIn(err.Error()), shorten(err.Error()))
		return nil, &finding
	}
	for _, problem := range strict {
		path := quotedPath(problem.Error())
		finding := o.finding(flow.Error, "unknown-field", path,
			fmt.Sprintf("%s: the API server refuses it; take it out or correct its name", problem))
		if key := o.findKey(path); key != nil {
			finding.Line, finding.Column = key.Line, key.Column
		}
		unknown = append(unknown, finding)
	}
	return unknown, nil
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
	message = strings.TrimPrefix(message, "yaml: unmarshal errors:\n  ") // of a key that is there twice
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
