package schema

import (
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"

	"github.com/kestra-operator/kestra-operator/schemas/flow"
)

// Diff prints what changes from one catalog to another, what breaks flows first. It prints nothing when both are
// alike.
func Diff(w io.Writer, before, after *Catalog) error {
	changes := differences(before, after)
	for i, section := range sections {
		lines := changes.lines(section.kind, before, after)
		if len(lines) == 0 {
			continue
		}
		separator := "\n"
		if i == 0 || changes.first(section.kind) {
			separator = ""
		}
		if _, err := fmt.Fprintf(w, "%s%s\n%s\n", separator, section.title, strings.Join(lines, "\n")); err != nil {
			return err
		}
	}
	return nil
}

// kind of a change.
type kind int

const (
	typeGone kind = iota
	nameGone
	propertyGone
	required
	changed
	valuesGone
	deprecated
	typeNew
	propertyNew
)

// sections of the output, in order. A line begins with "-" for what is gone, "+" for what is new, "!" for what else is
// to be looked at.
var sections = []struct {
	kind  kind
	sign  string
	title string
}{
	{typeGone, "-", "Types that are gone, and what takes their place"},
	{nameGone, "-", "Old names of types that are gone, and the names to use"},
	{propertyGone, "-", "Properties that are gone, and what takes their place"},
	{required, "!", "Properties that are required now"},
	{changed, "!", "Properties that take something else"},
	{valuesGone, "!", "Values that are gone"},
	{deprecated, "!", "Deprecated from now on"},
	{typeNew, "+", "New types"},
	{propertyNew, "+", "New properties"},
}

// change is one thing that happened to a type, or to a property of it.
type change struct {
	kind     kind
	subject  string // class or name of a type
	property string
	detail   string
}

type changes []change

// first is true when nothing of an earlier kind changed.
func (c changes) first(k kind) bool {
	return !slices.ContainsFunc(c, func(other change) bool { return other.kind < k })
}

// differences compares types by their names, and the properties of every definition that both have.
func differences(before, after *Catalog) changes {
	all := typeChanges(before.types(), after.types())
	now := after.classes()
	for class, was := range sorted(before.classes()) {
		if is, found := now[class]; found {
			all = append(all, propertyChanges(class, was, is)...)
			if strings.HasPrefix(before.Version, "1.") && strings.HasPrefix(after.Version, "2.") {
				all = append(all, documented(class, was, is)...)
			}
		}
	}
	return all
}

// documented are the properties that the release of Kestra 2 does not have any more by its documentation, while the
// catalog still has them.
func documented(class string, before, after definition) changes {
	var all changes
	for name := range sorted(before.Properties) {
		_, found := after.Properties[name]
		if instead, removed := flow.PropertySuccessor(class, name); removed && found {
			all = append(all, change{propertyGone, class, name, instead + " (by Kestra's documentation)"})
		}
	}
	return all
}

func typeChanges(old, now map[string]string) changes {
	var all changes
	for name, class := range sorted(old) {
		if _, found := now[name]; found {
			continue
		}
		if name == class || !strings.Contains(name, ".") {
			all = append(all, change{typeGone, name, "", flow.TypeSuccessor(name)})
			continue
		}
		successor := class
		if _, found := now[class]; !found {
			successor = flow.TypeSuccessor(name)
		}
		all = append(all, change{nameGone, name, "", successor})
	}
	for name := range sorted(now) {
		if _, found := old[name]; !found {
			all = append(all, change{typeNew, name, "", ""})
		}
	}
	return all
}

func propertyChanges(class string, before, after definition) changes {
	var all changes
	if after.Deprecated && !before.Deprecated {
		all = append(all, change{deprecated, class, "", ""})
	}
	for name := range sorted(before.Properties) {
		if _, found := after.Properties[name]; !found && !before.Properties[name].Hidden {
			instead, _ := flow.PropertySuccessor(class, name)
			all = append(all, change{propertyGone, class, name, instead})
		}
	}
	for name, is := range sorted(after.Properties) {
		was, found := before.Properties[name]
		if name == "type" || is.Hidden {
			continue
		}
		if !found {
			all = append(all, change{propertyNew, class, name, is.describe()})
		}
		if slices.Contains(after.Required, name) && !slices.Contains(before.Required, name) {
			all = append(all, change{required, class, name, ""})
		}
		if found {
			all = append(all, valueChanges(class, name, was, is)...)
		}
	}
	return all
}

func valueChanges(class, name string, was, is property) changes {
	var all changes
	if was.Kind != is.Kind {
		all = append(all, change{changed, class, name, is.describe() + ", was " + was.describe()})
	}
	gone := slices.DeleteFunc(slices.Clone(was.Enum), func(value string) bool { return slices.Contains(is.Enum, value) })
	if len(gone) > 0 && len(is.Enum) > 0 {
		all = append(all, change{valuesGone, class, name, strings.Join(gone, ", ")})
	}
	if is.Deprecated && !was.Deprecated {
		all = append(all, change{deprecated, class, name, ""})
	}
	return all
}

// className returns the class of a definition: the server numbers those that it had to split.
func className(definition string) string {
	return strings.TrimSuffix(strings.TrimSuffix(definition, "-1"), "-2")
}

// classes returns the definitions by the name of their class, the parts of those that were split put together.
func (c *Catalog) classes() map[string]definition {
	byClass := map[string]definition{}
	for name, d := range sorted(c.Definitions) {
		class := className(name)
		if whole, found := byClass[class]; found {
			d.Properties = maps.Clone(d.Properties)
			maps.Copy(d.Properties, whole.Properties)
			d.Required = slices.DeleteFunc(slices.Clone(d.Required), func(name string) bool { return !slices.Contains(whole.Required, name) })
		}
		byClass[class] = d
	}
	return byClass
}
