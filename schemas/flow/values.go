package flow

import (
	"slices"
	"strings"

	"gopkg.in/yaml.v3"
)

// value judges a node against a compiled value. Null is never refused here: it counts as absent.
func (j *judge) value(n *yaml.Node, v *value) {
	if isNull(n) || isExpression(n) && v.kind != kindAny {
		return
	}
	if v.unvalidated {
		j.unvalidated++
		defer func() { j.unvalidated-- }()
	}
	switch v.kind {
	case kindAny:
	case kindList:
		j.list(n, v)
	case kindMap:
		j.freeMap(n, v)
	case kindObject:
		j.object(n, v)
	case kindPlugin:
		j.plugin(n, v.of)
	case kindLabels:
		j.labels(n)
	default:
		j.scalar(n, v)
	}
}

func (j *judge) list(n *yaml.Node, v *value) {
	if n.Kind != yaml.SequenceNode {
		j.refuse(n, "wrong-kind", "a list is expected here, not %s; start each element with \"- \"", describe(n))
		return
	}
	if len(n.Content) < v.minItems && j.unvalidated == 0 {
		j.refuse(n, "empty-list", "the list must not be empty; add an element")
		return
	}
	for _, item := range n.Content {
		if v.solid && item.Kind != yaml.MappingNode {
			j.refuse(item, "wrong-kind", "a mapping that starts with \"id:\" or \"type:\" is expected here, not %s", describe(item))
			continue
		}
		j.value(item, v.items)
	}
}

func (j *judge) freeMap(n *yaml.Node, v *value) {
	if n.Kind != yaml.MappingNode {
		j.refuse(n, "wrong-kind", "a mapping of keys to values is expected here, not %s", describe(n))
		return
	}
	if v.items.kind == kindAny {
		return
	}
	for i := 1; i < len(n.Content); i += 2 {
		j.value(n.Content[i], v.items)
	}
}

func (j *judge) object(n *yaml.Node, v *value) {
	if n.Kind != yaml.MappingNode {
		j.refuse(n, "wrong-kind", "a mapping of properties is expected here, not %s", describe(n))
		return
	}
	name := v.of
	if name != "" {
		if v = j.catalog.definition(name); v == nil || v.kind != kindObject {
			return
		}
	}
	j.properties(n, v, name, nil)
}

// properties judges a mapping against an object: no unknown properties, no missing ones, each as it must be.
func (j *judge) properties(n *yaml.Node, v *value, class string, defaults []pluginDefault) {
	if class != "" && !isCoreClass(class) {
		j.foreign++
		defer func() { j.foreign-- }()
	}
	var meant []string // what unknown properties were likely meant to be
	twice := j.duplicateKeys(n)
	for i := 0; i+1 < len(n.Content); i += 2 {
		key, node := n.Content[i], n.Content[i+1]
		if twice[key.Value] {
			continue
		}
		p, ok := v.properties[key.Value]
		if !ok {
			if twice["type"] {
				continue // of the other one of two things that became one
			}
			meant = append(meant, j.unknownProperty(key, node, v, class))
			continue
		}
		j.warnChanged(key, p, class)
		if p.notNull && isEmpty(node) || p.neverNull && isNull(node) {
			j.refuse(node, "missing-property", "\"%s\" must have a value; leave it out for its default", key.Value)
			continue
		}
		j.value(node, p)
	}
	for _, name := range v.required {
		if !slices.Contains(meant, name) && !twice["type"] {
			j.required(n, v, name, defaults)
		}
	}
	if class == j.catalog.document.Root {
		j.flow.meant = meant
	}
}

// oldNames are names under which the server still reads a required property: of an input, and of a check in Kestra 2.
var oldNames = map[string]string{"id": "name", "when": "condition"}

// required refuses a property that is missing and has no plugin default.
func (j *judge) required(n *yaml.Node, v *value, name string, defaults []pluginDefault) {
	node := child(n, name)
	if node != nil && !j.readsNull(node, v.properties[name]) {
		return
	}
	if old := v.properties[oldNames[name]]; old != nil && (old.deprecated || old.hidden) && text(child(n, oldNames[name])) != "" {
		return
	}
	for _, d := range defaults {
		if child(d.values, name) != nil {
			return
		}
	}
	if j.unvalidated > 0 {
		j.warn(n, "missing-property", "\"%s\" is required; Kestra stores the flow without it, but it will fail when it runs", name)
		return
	}
	if node != nil {
		j.refuse(node, "missing-property", "\"%s\" must have a value", name)
		return
	}
	j.refuseMissing(n, name, "missing-property", "\"%s\" is required; add it", name)
}

// readsNull tells whether the server reads null from a node: an empty text where no text is expected, or
// something that is not a mapping where a plugin is.
func (j *judge) readsNull(n *yaml.Node, p *value) bool {
	switch {
	case isNull(n):
		return true
	case p == nil:
		return false
	case p.kind == kindPlugin:
		return n.Kind != yaml.MappingNode && j.catalog.document.Families[p.of].Plugins
	}
	return emptyIsNull(p.kind) && isEmpty(n)
}

// emptyIsNull tells for which kinds the server takes an empty text for null.
func emptyIsNull(k kind) bool {
	switch k {
	case kindBoolean, kindInteger, kindNumber, kindDuration, kindInstant, kindDate, kindTime:
		return true
	}
	return false
}

// unknownProperty refuses a property that the object does not have, and returns the one that was likely meant.
func (j *judge) unknownProperty(key, node *yaml.Node, v *value, class string) string {
	if j.catalog.isLateProperty(class, key.Value) {
		j.warnLate(key)
		return ""
	}
	owner := "here"
	if class != "" && class != j.catalog.document.Root {
		owner = "of " + shortClass(class)
	} else if class != "" {
		owner = "of a flow"
	}
	severity := Error
	if isNull(node) {
		severity = Warning // the server drops nulls before it looks at names
	}
	near := j.nearest(key.Value, v.names())
	rule := "unknown-property"
	message := j.insteadOf(key.Value, class, near)
	if change, gone := removedByName.property(className(class), key.Value); gone && j.catalog.isSecond() {
		rule, near = "removed-property", change.Instead
	}
	j.note(severity, key, rule, "\"%s\" is not a property %s%s", cut(key.Value), owner, message)
	if severity == Warning {
		return "" // what it was meant to be is missing all the same
	}
	return near
}

// names returns the names of an object's properties that its server tells of.
func (v *value) names() []string {
	names := make([]string, 0, len(v.properties))
	for name, p := range v.properties {
		if !p.hidden {
			names = append(names, name)
		}
	}
	return names
}

// shortClass is the last part of a class name: "Log" of io.kestra.plugin.core.log.Log.
func shortClass(class string) string {
	class = className(class)
	return class[strings.LastIndexByte(class, '.')+1:]
}

func (j *judge) labels(n *yaml.Node) {
	switch n.Kind {
	case yaml.SequenceNode:
		for _, item := range n.Content {
			j.label(item)
		}
	case yaml.MappingNode:
		for i := 1; i < len(n.Content); i += 2 {
			j.labelValue(n.Content[i])
		}
	default:
		j.refuse(n, "wrong-kind", "labels are a mapping, or a list of \"key\" and \"value\", not %s", describe(n))
	}
}

func (j *judge) label(item *yaml.Node) {
	if item.Kind != yaml.MappingNode {
		j.refuse(item, "wrong-kind", "a label in a list is a mapping with \"key\" and \"value\", not %s", describe(item))
		return
	}
	for _, name := range []string{"key", "value"} {
		if part := child(item, name); part == nil {
			j.refuseMissing(item, name, "missing-property", "\"%s\" is required in a label; add it", name)
		} else {
			j.labelValue(part)
		}
	}
}

func (j *judge) labelValue(n *yaml.Node) {
	if n.Kind != yaml.ScalarNode || isNull(n) {
		j.refuse(n, "wrong-kind", "a label must have a text, a number or a boolean as its value, not %s", describe(n))
	}
}
