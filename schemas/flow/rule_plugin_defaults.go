package flow

import (
	"slices"
	"strings"

	"gopkg.in/yaml.v3"
)

// pluginDefault is an entry of the flow's "pluginDefaults": values for every task of a type, or of all types
// that start with it.
type pluginDefault struct {
	typ    string
	values *yaml.Node
}

func readPluginDefaults(root *yaml.Node) []pluginDefault {
	var defaults []pluginDefault
	for _, name := range []string{"pluginDefaults", "taskDefaults"} {
		for _, item := range items(child(root, name)) {
			if d := (pluginDefault{text(child(item, "type")), child(item, "values")}); d.typ != "" && d.values != nil {
				defaults = append(defaults, d)
			}
		}
	}
	return defaults
}

// defaultsFor returns the defaults of a type. Old and new names of a class count as the same.
func (j *judge) defaultsFor(typ string, f family) []pluginDefault {
	if len(j.defaults) == 0 {
		return nil
	}
	if of, ok := j.defaultsOf[typ]; ok {
		return of
	}
	var of []pluginDefault
	for _, d := range j.defaults {
		if strings.HasPrefix(typ, d.typ) || f.Types[d.typ] == f.Types[typ] && f.Types[typ] != "" || strings.HasPrefix(f.Types[typ], d.typ) {
			of = append(of, d)
		}
	}
	if j.defaultsOf == nil {
		j.defaultsOf = map[string][]pluginDefault{}
	}
	j.defaultsOf[typ] = of
	return of
}

// checkPluginDefaults judges the flow's own defaults: what they set must exist, and what refers to them too.
func (j *judge) checkPluginDefaults(root *yaml.Node) {
	var refs []string
	for _, name := range []string{"pluginDefaults", "taskDefaults"} {
		for _, item := range items(child(root, name)) {
			if ref := text(child(item, "ref")); ref != "" {
				refs = append(refs, ref)
			}
			j.checkDefaultValues(item)
		}
	}
	if defaults, _ := childPair(root, "pluginDefaults"); defaults != nil && j.catalog.isSecond() && !j.catalog.Complete() {
		j.warn(defaults, "deprecated-property", "Kestra 2 drops \"pluginDefaults\", its documentation says; set the properties in each task")
	}
	for _, task := range j.flow.tasks {
		j.checkDefaultsReference(task, refs)
	}
	for _, trigger := range items(child(root, "triggers")) {
		j.checkDefaultsReference(trigger, refs)
	}
}

func (j *judge) checkDefaultsReference(n *yaml.Node, refs []string) {
	ref := child(n, "pluginDefaultsRef")
	if ref == nil || ref.Kind != yaml.ScalarNode || isNull(ref) || slices.Contains(refs, ref.Value) {
		return
	}
	j.refuse(ref, "unknown-defaults", "no plugin defaults of this flow have the ref \"%s\"%s", cut(ref.Value), j.hint(ref.Value, refs, "add \"ref\" to one of them"))
}

// checkDefaultValues refuses properties that a known type does not have. Defaults of a package are not looked at:
// they reach many types.
func (j *judge) checkDefaultValues(item *yaml.Node) {
	typ, values := text(child(item, "type")), child(item, "values")
	if typ != "" && (values == nil || isNull(values)) && j.usesType(typ) {
		j.refuseMissing(item, "values", "missing-property", "\"values\" is required in the defaults of a type that the flow uses; add it")
		return
	}
	if values == nil || values.Kind != yaml.MappingNode {
		return
	}
	for _, f := range j.catalog.document.Families {
		class := f.Types[typ]
		if class == "" || !f.Plugins {
			continue
		}
		if v := j.catalog.definition(class); v != nil && v.kind == kindObject {
			for i := 0; i+1 < len(values.Content); i += 2 {
				if _, ok := v.properties[values.Content[i].Value]; !ok {
					j.unknownProperty(values.Content[i], values.Content[i+1], v, class)
				}
			}
		}
		return
	}
}

// usesType tells whether a task of the flow has the type, or one that starts with it.
func (j *judge) usesType(prefix string) bool {
	if j.flow.types == nil {
		j.flow.types = make([]string, 0, len(j.flow.tasks))
		for _, task := range j.flow.tasks {
			j.flow.types = append(j.flow.types, text(child(task, "type")))
		}
		slices.Sort(j.flow.types)
	}
	at, _ := slices.BinarySearch(j.flow.types, prefix)
	return at < len(j.flow.types) && strings.HasPrefix(j.flow.types[at], prefix)
}
