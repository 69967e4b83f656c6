package flow

import (
	"slices"
)

// Types returns every plugin type that the catalog's server can run, old names included, sorted: tasks,
// triggers, conditions and the parts of them that are chosen by a class name.
func (c *Catalog) Types() []string {
	var types []string
	for _, f := range c.document.Families {
		if f.Plugins {
			types = append(types, f.names...)
		}
	}
	slices.Sort(types)
	return slices.Compact(types)
}
