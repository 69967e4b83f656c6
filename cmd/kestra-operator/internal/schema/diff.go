package schema

import (
	"fmt"
	"io"
	"slices"
)

// Diff prints what the second catalog has, lacks or wants beyond the first: types, names of types, and their
// properties. It prints nothing when both are alike.
func Diff(w io.Writer, before, after *Catalog) error {
	for _, line := range differences(before, after) {
		if _, err := fmt.Fprintln(w, line); err != nil {
			return err
		}
	}
	return nil
}

// differences are lines that begin with "-" for what is gone, "+" for what is new, and "!" for what is newly
// wanted or deprecated.
func differences(before, after *Catalog) []string {
	var lines []string
	old, now := before.types(), after.types()
	for name := range sorted(old) {
		if _, found := now[name]; !found {
			lines = append(lines, "- "+name)
		}
	}
	for name, class := range sorted(now) {
		was, found := old[name]
		switch {
		case !found:
			lines = append(lines, "+ "+name)
		case name == class:
			lines = append(lines, ofType(name, before.Definitions[was], after.Definitions[class])...)
		}
	}
	return lines
}

func ofType(name string, before, after definition) []string {
	var lines []string
	if after.Deprecated && !before.Deprecated {
		lines = append(lines, fmt.Sprintf("! %s is deprecated", name))
	}
	for key := range sorted(before.Properties) {
		if _, found := after.Properties[key]; !found {
			lines = append(lines, fmt.Sprintf("- %s: %s", name, key))
		}
	}
	for key, property := range sorted(after.Properties) {
		was, found := before.Properties[key]
		if !found {
			lines = append(lines, fmt.Sprintf("+ %s: %s (%s)", name, key, property.describe()))
		}
		if slices.Contains(after.Required, key) && !slices.Contains(before.Required, key) {
			lines = append(lines, fmt.Sprintf("! %s: %s is required", name, key))
		}
		if found && was.Kind != property.Kind {
			lines = append(lines, fmt.Sprintf("! %s: %s is %s, was %s", name, key, property.describe(), was.describe()))
		}
		if found && property.Deprecated && !was.Deprecated {
			lines = append(lines, fmt.Sprintf("! %s: %s is deprecated", name, key))
		}
	}
	return lines
}
