package schema

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/kestra-operator/kestra-operator/schemas/flow"
)

// Catalog is the part of a catalog that is shown.
type Catalog struct {
	Version     string                `json:"version"`
	Families    map[string]family     `json:"families"`
	Definitions map[string]definition `json:"definitions"`
}

// family maps the names that a "type:" may have to definitions, old names included.
type family struct {
	Plugins bool              `json:"plugins"`
	Types   map[string]string `json:"types"`
}

type definition struct {
	Properties map[string]property `json:"properties"`
	Required   []string            `json:"required"`
	Deprecated bool                `json:"deprecated"`
}

type property struct {
	Kind       string    `json:"kestra"`
	Of         string    `json:"of"`
	Enum       []string  `json:"enum"`
	Deprecated bool      `json:"deprecated"`
	Hidden     bool      `json:"hidden"`
	Items      *property `json:"items"`
}

// Read takes what is shown out of a catalog. Of a line that has none of its own, what came later is left out.
func Read(catalog *flow.Catalog) (*Catalog, error) {
	var c Catalog
	if err := json.Unmarshal(catalog.Marshal(), &c); err != nil {
		return nil, fmt.Errorf("read the catalog of Kestra %s: %w", catalog.Version(), err)
	}
	for class, d := range c.Definitions {
		maps.DeleteFunc(d.Properties, func(name string, _ property) bool { return catalog.CameLater(class, name) })
	}
	for _, f := range c.Families {
		maps.DeleteFunc(f.Types, func(name string, _ string) bool { return catalog.TypeCameLater(name) })
	}
	return &c, nil
}

// types returns the names that a "type:" may have, each with its definition's.
func (c *Catalog) types() map[string]string {
	types := map[string]string{}
	for _, family := range c.Families {
		maps.Copy(types, family.Types)
	}
	return types
}

// find returns a type by its full name, by an old name, or by the end of its name where only one has it. The
// error names the candidates.
func (c *Catalog) find(name string) (string, definition, error) {
	types := c.types()
	if class, found := types[name]; found {
		return class, c.Definitions[class], nil
	}
	var classes []string
	for candidate, class := range types {
		if strings.HasSuffix(candidate, "."+name) {
			classes = append(classes, class)
		}
	}
	slices.Sort(classes)
	classes = slices.Compact(classes)
	switch len(classes) {
	case 1:
		return classes[0], c.Definitions[classes[0]], nil
	case 0:
		return "", definition{}, fmt.Errorf("kestra %s has no type %q; \"schema show\" lists them", c.Version, name)
	}
	return "", definition{}, fmt.Errorf("%q is the end of several types: %s", name, strings.Join(classes, ", "))
}

// describe says in a few words what a property takes.
func (p property) describe() string {
	words := p.Kind
	switch {
	case p.Of != "" && strings.Contains(p.Of, "."):
		words += " " + p.Of[strings.LastIndexByte(p.Of, '.')+1:]
	case p.Items != nil && p.Items.Kind != "":
		words += " of " + p.Items.describe()
	case len(p.Enum) > 0:
		words += " " + strings.Join(p.Enum, " | ")
	}
	if p.Deprecated {
		words += ", deprecated"
	}
	return words
}
