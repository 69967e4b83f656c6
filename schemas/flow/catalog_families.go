package flow

import (
	"encoding/json"
	"fmt"
	"slices"
	"sort"
	"strings"
)

// reference flattens a reference to a definition.
func (b *catalogBuilder) reference(name string, depth int) *facts {
	s := b.source[name]
	switch {
	case s == nil:
		return &facts{Kestra: kindAny}
	case len(s.AnyOf) > 0:
		return b.alternatives(b.alternativesOf(s), depth+1)
	case s.Ref != "" && s.Properties == nil:
		return b.reference(strings.TrimPrefix(s.Ref, definitionsPrefix), depth+1)
	}
	return &facts{Kestra: kindObject, Of: name}
}

// alternatives flattens an anyOf: a family of types, labels, or a value of which the server takes anything.
func (b *catalogBuilder) alternatives(list []*serverSchema, depth int) *facts {
	var members []string
	shapes := map[schemaType]bool{}
	for _, s := range list {
		if name := s.target(); name != "" {
			members = append(members, name)
		} else {
			shapes[s.Type] = true
		}
	}
	switch {
	case len(members) == len(list):
		if name := b.family(members); name != "" {
			return &facts{Kestra: kindPlugin, Of: name}
		}
		if len(members) == 1 {
			return b.reference(members[0], depth+1)
		}
	case len(members) == 0 && len(list) == 2 && shapes["array"] && shapes["object"]:
		return &facts{Kestra: kindLabels}
	}
	return &facts{Kestra: kindAny}
}

// alternativesOf decodes an anyOf. The one of every task type stands in each place for tasks, hundreds of times.
func (b *catalogBuilder) alternativesOf(s *serverSchema) []*serverSchema {
	if list, ok := b.decoded[string(s.AnyOf)]; ok {
		return list
	}
	var list []*serverSchema
	if json.Unmarshal(s.AnyOf, &list) != nil {
		list = nil // not a list of schemas: says nothing
	}
	list = slices.DeleteFunc(list, func(s *serverSchema) bool { return s == nil })
	b.decoded[string(s.AnyOf)] = list
	return list
}

// family names a set of definitions that "type" tells apart; "" when it cannot.
func (b *catalogBuilder) family(members []string) string {
	sort.Strings(members)
	key := strings.Join(members, " ")
	if name, ok := b.names[key]; ok {
		return name
	}
	f := family{Types: map[string]string{}}
	b.names[key] = "" // a family within its own members would not end
	for _, member := range members {
		types := b.typesOf(member, 0)
		if len(types) == 0 {
			return ""
		}
		for _, t := range types {
			f.Types[t] = member
			f.Plugins = f.Plugins || strings.Contains(t, ".")
		}
	}
	name := fmt.Sprintf("f%d", len(b.families))
	b.families[name], b.names[key] = f, name
	return name
}

// typesOf lists the values of "type" that choose a definition: its class name and older names of it.
func (b *catalogBuilder) typesOf(name string, depth int) []string {
	s := b.source[name]
	if s == nil || depth > maxReferences {
		return nil
	}
	parts := append([]*serverSchema{s}, s.AllOf...)
	var types []string
	for _, part := range parts {
		if part.Ref != "" {
			continue
		}
		if t := part.Properties["type"]; t != nil {
			if text, ok := t.Const.(string); ok {
				return []string{text}
			}
			types = texts(t.Enum)
		}
	}
	return types
}
