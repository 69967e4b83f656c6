package flow

import (
	"slices"
	"strings"

	"gopkg.in/yaml.v3"
)

// flowInput is an input as the rules see it.
type flowInput struct {
	node *yaml.Node
	path string // its id; within a form, the form's id before it
	form bool   // it lies within a form
}

// id returns the node of the input's id, which once was its "name".
func inputID(n *yaml.Node) *yaml.Node {
	if id := child(n, "id"); id != nil {
		return id
	}
	return child(n, "name")
}

// checkInputs judges the inputs of a flow together.
func (j *judge) checkInputs(root *yaml.Node) {
	list := items(child(root, "inputs"))
	if len(list) == 0 {
		return
	}
	ids := make([]*yaml.Node, 0, len(list))
	for _, n := range list {
		ids = append(ids, inputID(n))
	}
	j.unique(ids, "input")
	for _, n := range list {
		j.checkNestedForms(n)
	}
	all := expandForms(list)
	j.checkInputPaths(all)
	j.checkInputDependencies(list, all)
}

func isForm(n *yaml.Node) bool { return text(child(n, "type")) == "FORM" }

// checkNestedForms refuses a form within a form.
func (j *judge) checkNestedForms(n *yaml.Node) {
	if !isForm(n) {
		return
	}
	for _, inner := range items(child(n, "inputs")) {
		if isForm(inner) {
			j.refuse(inner, "nested-form", "a form cannot contain another form; move its inputs one level up")
		}
	}
}

// expandForms lists the inputs with those within forms instead of the forms.
func expandForms(list []*yaml.Node) []flowInput {
	all := make([]flowInput, 0, len(list))
	for _, n := range list {
		id := text(inputID(n))
		if !isForm(n) {
			all = append(all, flowInput{n, id, false})
			continue
		}
		for _, inner := range items(child(n, "inputs")) {
			if !isForm(inner) {
				all = append(all, flowInput{inner, id + "." + text(inputID(inner)), true})
			}
		}
	}
	return all
}

// checkInputPaths refuses inputs that forms give the same path, or a path within another.
func (j *judge) checkInputPaths(all []flowInput) {
	if !slices.ContainsFunc(all, func(in flowInput) bool { return in.form }) {
		return
	}
	first := make(map[string]flowInput, len(all))
	for _, in := range all {
		other, ok := first[in.path]
		switch {
		case !ok:
			first[in.path] = in
		case in.form || other.form:
			j.refuse(in.node, "duplicate-id", "the input \"%s\" already stands in line %d; ids must be unique", cut(in.path), other.node.Line)
		}
	}
	for _, in := range all {
		for at := strings.LastIndexByte(in.path, '.'); at > 0; at = strings.LastIndexByte(in.path[:at], '.') {
			if other, ok := first[in.path[:at]]; ok && (in.form || other.form) {
				j.refuse(in.node, "input-path", "the input \"%s\" would lie within the input \"%s\"; rename one", cut(in.path), cut(other.path))
				break
			}
		}
	}
}

// checkInputDefault refuses a default value that can never apply, or a prefill beside it.
func (j *judge) checkInputDefault(n *yaml.Node) {
	defaults := child(n, "defaults")
	if defaults == nil || isNull(defaults) {
		return
	}
	if required := child(n, "required"); required != nil && readsFalse(required) {
		j.refuse(required, "input-default", "an input with \"defaults\" is always given, so it must be required; remove \"required: false\", or use \"prefill\" instead of \"defaults\"")
	}
	if prefill := child(n, "prefill"); prefill != nil && !isNull(prefill) {
		j.refuse(prefill, "input-default", "an input cannot have both \"defaults\" and \"prefill\"; keep one")
	}
}

// readsFalse tells whether the server reads a node as the boolean false.
func readsFalse(n *yaml.Node) bool {
	if n.Kind != yaml.ScalarNode {
		return false
	}
	switch strings.ToLower(strings.TrimSpace(n.Value)) {
	case "false":
		return true
	case "no", "off":
		return n.Tag == "!!bool"
	case "0":
		return n.Tag == "!!int"
	}
	return false
}

// checkInputDependencies refuses inputs that depend on what is not there, or in a circle.
func (j *judge) checkInputDependencies(list []*yaml.Node, all []flowInput) {
	g, known := graph{}, map[string]bool{}
	var order []string
	for _, in := range all {
		known[in.path] = true
	}
	for _, n := range list {
		id := text(inputID(n))
		known[id] = true
		if g[id] == nil {
			order = append(order, id)
		}
		if on := items(child(child(n, "dependsOn"), "inputs")); len(on) > 0 {
			g[id] = on
		}
	}
	if len(g) > 0 {
		j.checkDependencies(g, order, known, "input")
	}
}

// checkItemType refuses lists of what cannot be an element.
func (j *judge) checkItemType(n *yaml.Node) {
	node := child(n, "itemType")
	if node == nil || isNull(node) {
		return
	}
	item := j.inputTypeName(n, node)
	if text(child(n, "type")) == "MULTISELECT" && !slices.Contains(selectable, item) ||
		text(child(n, "type")) == "ARRAY" && item == "ARRAY" {
		j.refuse(node, "wrong-value", "an input of the type %s cannot have elements of the type %s", text(child(n, "type")), cut(item))
	}
}

// selectable are the types that the elements of a MULTISELECT may have.
var selectable = []string{"STRING", "INT", "FLOAT", "BOOLEAN", "BOOL", "DATETIME", "DATE", "TIME", "DURATION", "JSON", "URI", "FILE", "SECRET", "YAML", "EMAIL"}

// inputTypeName returns the name of an input type that may be given by its index.
func (j *judge) inputTypeName(n, node *yaml.Node) string {
	v := j.catalog.definition(j.catalog.inputClass(text(child(n, "type"))))
	if v != nil && v.properties["itemType"] != nil {
		if i, ok := number(node, kindInteger); ok && i >= 0 && int(i) < len(v.properties["itemType"].enum) {
			return v.properties["itemType"].enum[int(i)]
		}
	}
	return node.Value
}

// inputClass returns the definition of an input type.
func (c *Catalog) inputClass(typ string) string {
	for _, f := range c.document.Families {
		if f.isInputs() {
			return f.Types[typ]
		}
	}
	return ""
}

// checkOptions refuses an option that is a mapping without a value. Kestra 1.x takes texts only.
func (j *judge) checkOptions(n *yaml.Node) {
	if !j.catalog.isSecond() {
		return
	}
	for _, option := range items(child(n, "values")) {
		if option.Kind == yaml.MappingNode && child(option, "value") == nil {
			j.refuseMissing(option, "value", "missing-property", "\"value\" is required in an option; add it")
		}
	}
}
