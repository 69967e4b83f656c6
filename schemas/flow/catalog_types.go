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

// Lacks counts the types of another catalog that this one does not have, and how many the other has.
func (c *Catalog) Lacks(other *Catalog) (missing, of int) {
	types, wanted := c.Types(), other.Types()
	for _, name := range wanted {
		if _, found := slices.BinarySearch(types, name); !found {
			missing++
		}
	}
	return missing, len(wanted)
}

// SchemaLine tells from which line of Kestra a server's own flow schema is, which the schema itself does not say: the
// one with an embedded catalog whose core types it has most of; the newest 1.x when it cannot be read.
func SchemaLine(schema io.Reader) string {
	catalog, err := CatalogFromSchema(schema, defaultLine)
	if err != nil {
		return defaultLine
	}
	best, least := defaultLine, 1.0
	for _, line := range embeddedLines {
		core, err := Embedded(line)
		if err != nil {
			continue
		}
		missing, of := catalog.Lacks(core)
		if share := float64(missing) / float64(max(of, 1)); share < least {
			best, least = line, share
		}
	}
	return best
}
