package schema

import (
	"fmt"
	"slices"
	"strings"
)

// few is how many types are named one by one; what happened to more is one line.
const few = 6

// lines of one section: what happened alike to many types is told once.
func (c changes) lines(k kind, before, after *Catalog) []string {
	alike := map[change][]string{} // without its subject → the subjects
	var order []change
	for _, one := range c {
		if one.kind != k {
			continue
		}
		subject := one.subject
		one.subject = ""
		if one.property == "" {
			one.subject = packageOf(subject)
		}
		if len(alike[one]) == 0 {
			order = append(order, one)
		}
		alike[one] = append(alike[one], subject)
	}
	var lines []string
	for _, one := range order {
		for _, subject := range one.subjects(alike[one], before, after) {
			lines = append(lines, sections[k].sign+" "+one.line(subject))
		}
	}
	slices.SortStableFunc(lines, func(a, b string) int { return rank(a) - rank(b) })
	return lines
}

// rank puts first what concerns most flows.
func rank(line string) int {
	for i, words := range []string{" the flow: ", " every task: ", " every trigger: ", " every input: "} {
		if strings.Contains(line, words) {
			return i
		}
	}
	return 4
}

// packageOf is the package of a type; "" for one that has none.
func packageOf(typ string) string { return typ[:strings.LastIndexByte(typ, '.')+1] }

// subjects are the words for what changed alike, one for each line.
func (c change) subjects(classes []string, before, after *Catalog) []string {
	switch {
	case c.property != "":
		return together(classes, before, after)
	case len(classes) > few && c.detail != "":
		return []string{fmt.Sprintf("%s* (%d types)", c.subject, len(classes))}
	}
	return classes
}

// line words a change of a subject.
func (c change) line(subject string) string {
	line := subject
	if c.property != "" {
		line += ": " + c.property
	}
	switch {
	case c.detail == "":
		return line
	case c.kind == propertyNew:
		return line + " (" + c.detail + ")"
	case c.kind == changed, c.kind == valuesGone:
		return line + ": " + c.detail
	}
	return line + " → " + c.detail
}

// name of a definition as an author knows it.
func name(class string) string {
	switch {
	case class == flowClass:
		return "the flow"
	case strings.HasPrefix(class, inputPackage):
		return "the input " + class[len(inputPackage):]
	}
	return class
}

const (
	flowClass    = "io.kestra.core.models.flows.Flow"
	inputPackage = "io.kestra.core.models.flows.input."
)

// together names classes: every task, trigger or input at once where they are all of them, and the rest one by one, or
// in one line when they are many.
func together(classes []string, before, after *Catalog) []string {
	rest := map[string]bool{}
	for _, class := range classes {
		rest[class] = true
	}
	var words []string
	for _, group := range []struct{ noun, member string }{
		{"every task", "io.kestra.plugin.core.log.Log"}, {"every trigger", "io.kestra.plugin.core.trigger.Schedule"}, {"every input", "STRING"},
	} {
		members := before.members(group.member, after)
		if len(members) < 2 || slices.ContainsFunc(members, func(class string) bool { return !rest[class] }) {
			continue
		}
		for _, class := range members {
			delete(rest, class)
		}
		words = append(words, group.noun)
	}
	if len(rest) > few {
		return append(words, some(rest))
	}
	for class := range sorted(rest) {
		words = append(words, name(class))
	}
	return words
}

// some names a few of many classes.
func some(classes map[string]bool) string {
	var names []string
	for class := range sorted(classes) {
		if len(names) == few {
			return fmt.Sprintf("%s and %d more", strings.Join(names, ", "), len(classes)-few)
		}
		names = append(names, name(class))
	}
	return strings.Join(names, ", ")
}

// members are the classes of the family that has a type, as far as another catalog has them too.
func (c *Catalog) members(typ string, other *Catalog) []string {
	classes := other.classes()
	var members []string
	for _, family := range c.Families {
		if family.Types[typ] == "" {
			continue
		}
		seen := map[string]bool{}
		for _, definition := range sorted(family.Types) {
			class := className(definition)
			if _, found := classes[class]; found && !seen[class] {
				seen[class] = true
				members = append(members, class)
			}
		}
		return members
	}
	return nil
}
