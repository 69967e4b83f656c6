package flow

import (
	"regexp"
	"slices"
	"sort"
	"strings"
)

// definition flattens an object with all that it inherits.
func (b *catalogBuilder) definition(name string) *facts {
	f := &facts{Kestra: kindObject, Properties: map[string]*facts{}, Additional: false}
	b.merge(f, b.source[name], className(name), 0)
	sort.Strings(f.Required)
	if len(f.Properties) == 0 {
		// A Java type the schema says nothing of.
		return &facts{Kestra: kindAny, Deprecated: f.Deprecated}
	}
	b.addHidden(f, className(name))
	return f
}

func (b *catalogBuilder) merge(into *facts, s *serverSchema, class string, depth int) {
	if b.work++; s == nil || depth > maxReferences || b.work > maxWork {
		return
	}
	into.Deprecated = into.Deprecated || bool(s.Deprecated)
	if name, ok := strings.CutPrefix(s.Ref, definitionsPrefix); ok {
		b.merge(into, b.source[name], class, depth+1)
	}
	for _, part := range s.AllOf {
		b.merge(into, part, class, depth+1)
	}
	for _, name := range sorted(s.Properties) {
		into.Properties[name] = b.property(class, name, s.Properties[name])
	}
	for _, name := range s.Required {
		if class == "io.kestra.core.models.flows.Flow" && ownChecks[name] {
			continue
		}
		if !slices.Contains(into.Required, name) {
			into.Required = append(into.Required, name)
		}
	}
}

// value flattens the schema of one value.
func (b *catalogBuilder) value(s *serverSchema, depth int) *facts {
	f := b.shape(s, depth)
	f.Deprecated = f.Deprecated || bool(s.Deprecated)
	for _, part := range s.AllOf {
		f.Deprecated = f.Deprecated || bool(part.Deprecated)
	}
	return f
}

func (b *catalogBuilder) shape(s *serverSchema, depth int) *facts {
	if b.work++; depth > maxReferences || b.work > maxWork {
		return &facts{Kestra: kindAny}
	}
	if name := s.target(); name != "" {
		return b.reference(name, depth)
	}
	if len(s.AnyOf) > 0 && s.Type == "" {
		return b.alternatives(b.alternativesOf(s), depth)
	}
	if bool(s.Dynamic) && !bounded(s) {
		// A Property: the server keeps whatever stands there as text, to render it later.
		return &facts{Kestra: kindAny}
	}
	return b.plain(s, depth)
}

// bounded tells whether a value has bounds. They only stand on plain fields: the server's validators know none
// for a Property.
func bounded(s *serverSchema) bool {
	return s.MinLength > 0 || s.MaxLength > 0 || s.MinItems > 0 || s.Minimum != nil || s.ExclusiveMinimum != nil || s.Maximum != nil
}

// plain flattens a value that the server reads into a plain Java field.
func (b *catalogBuilder) plain(s *serverSchema, depth int) *facts {
	f := &facts{Minimum: s.Minimum, ExclusiveMinimum: s.ExclusiveMinimum, Maximum: s.Maximum,
		MinLength: s.MinLength, MaxLength: s.MaxLength, MinItems: s.MinItems, Enum: texts(s.Enum)}
	if text, ok := s.Const.(string); ok {
		f.Enum = []string{text}
	}
	if s.Pattern != "" {
		if _, err := regexp.Compile(s.Pattern); err == nil {
			f.Pattern = s.Pattern
		} else {
			b.dropped++
		}
	}
	f.Kestra = kindOf(s)
	switch f.Kestra {
	case kindList:
		f.Items = &facts{Kestra: kindAny}
		if s.Items != nil {
			f.Items = b.value(s.Items, depth+1)
		}
	case kindMap:
		f.Additional = &facts{Kestra: kindAny}
		if s.Additional != nil && s.Additional.schema != nil {
			f.Additional = b.value(s.Additional.schema, depth+1)
		}
	case kindObject:
		f.Additional = false
		f.Properties = map[string]*facts{}
		b.merge(f, s, "", depth+1)
	}
	return f
}
