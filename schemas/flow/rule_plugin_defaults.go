package flow

import (
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
	var of []pluginDefault
	for _, d := range j.defaults {
		if strings.HasPrefix(typ, d.typ) || f.Types[d.typ] == f.Types[typ] && f.Types[typ] != "" || strings.HasPrefix(f.Types[typ], d.typ) {
			of = append(of, d)
		}
	}
	return of
}
