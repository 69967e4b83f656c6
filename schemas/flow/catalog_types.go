package flow

import (
	"io"
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

// SchemaLine tells from which line of Kestra a server's own flow schema is, which the schema itself does not say: the
// one with an embedded catalog whose core types it has most of; the newest 1.x when it cannot be read.
func SchemaLine(schema io.Reader) string {
	catalog, err := CatalogFromSchema(schema, defaultLine)
	if err != nil {
		return defaultLine
	}
	types, best, share := catalog.Types(), defaultLine, 0.0
	for _, line := range []string{"1.3", "2.0"} {
		core, err := Embedded(line)
		if err != nil {
			continue
		}
		known, found := core.Types(), 0
		for _, name := range known {
			if _, ok := slices.BinarySearch(types, name); ok {
				found++
			}
		}
		if s := float64(found) / float64(max(len(known), 1)); s > share {
			best, share = line, s
		}
	}
	return best
}
