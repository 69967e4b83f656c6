package flow

import "slices"

// Property is what a catalog says of one property of a type.
type Property struct {
	Name string
	// Kind is how the server reads the value: "text", "boolean", "duration", "list", …; "any" takes everything.
	Kind       string
	Required   bool
	Deprecated bool
	// Values are the names that an enumeration takes.
	Values []string
}

// Properties returns the properties of a type, old names of types included, sorted by name; false when the
// catalog does not know the type.
func (c *Catalog) Properties(typ string) ([]Property, bool) {
	v := c.definition(c.typeClass(typ))
	if v == nil {
		return nil, false
	}
	var list []Property
	for _, name := range sorted(v.properties) {
		p := v.properties[name]
		if p.hidden {
			continue
		}
		list = append(list, Property{Name: name, Kind: string(p.kind), Required: slices.Contains(v.required, name), Deprecated: p.deprecated || p.removed, Values: p.enum})
	}
	return list, true
}
