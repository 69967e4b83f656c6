package schema

import (
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"text/tabwriter"
)

// Show prints a type with its properties, the required ones marked. Without a name it lists the types.
func Show(w io.Writer, c *Catalog, name string) error {
	if name == "" {
		return list(w, c)
	}
	class, d, err := c.find(name)
	if err != nil {
		return err
	}
	heading := className(class)
	if d.Deprecated {
		heading += " (deprecated)"
	}
	if _, err := fmt.Fprintln(w, heading); err != nil {
		return err
	}
	for name, of := range sorted(c.types()) {
		if of != class || name == class {
			continue
		}
		noun := "old name:"
		if !strings.Contains(name, ".") {
			noun = "name:" // as inputs have one
		}
		if _, err := fmt.Fprintln(w, noun, name); err != nil {
			return err
		}
	}
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	for name, property := range sorted(d.Properties) {
		takes := property.describe()
		if slices.Contains(d.Required, name) {
			takes += ", required"
		}
		if _, err := fmt.Fprintf(table, "  %s\t%s\n", name, takes); err != nil {
			return err
		}
	}
	return table.Flush()
}

func list(w io.Writer, c *Catalog) error {
	for name, class := range sorted(c.types()) {
		if name != class {
			continue // an old name
		}
		if _, err := fmt.Fprintln(w, name); err != nil {
			return err
		}
	}
	return nil
}

// sorted ranges over a map in the order of its keys.
func sorted[V any](m map[string]V) func(func(string, V) bool) {
	return func(yield func(string, V) bool) {
		for _, key := range slices.Sorted(maps.Keys(m)) {
			if !yield(key, m[key]) {
				return
			}
		}
	}
}
