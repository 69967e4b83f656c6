package validate

import (
	"regexp"
	"strconv"
	"strings"

	"gopkg.in/yaml.v3"
	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/kestra-operator/kestra-operator/schemas/flow"
)

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
