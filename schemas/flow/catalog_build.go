package flow

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"regexp"
	"slices"
	"sort"
	"strings"
)

// BuildCatalog reads a server's own flow schema (the answer of GET /api/v1/plugins/schemas/flow, at most
// MaxSchemaBytes) and returns the saved form of its catalog, which LoadCatalog reads. The catalog counts as
// complete: it lists every plugin of its server.
func BuildCatalog(schema io.Reader, version string) ([]byte, error) {
	return buildCatalog(schema, version, true)
}

// BuildCoreCatalog is BuildCatalog for a server without plugins: a type that the catalog does not list may be a
// plugin's, so it is only warned about.
func BuildCoreCatalog(schema io.Reader, version string) ([]byte, error) {
	return buildCatalog(schema, version, false)
}

func buildCatalog(schema io.Reader, version string, complete bool) ([]byte, error) {
	root, definitions, err := readServerSchema(schema)
	if err != nil {
		return nil, fmt.Errorf("read the flow schema of Kestra %s: %w", version, err)
	}
	b := &catalogBuilder{source: definitions, version: version, families: map[string]family{}, facts: map[string]*facts{}, names: map[string]string{}, decoded: map[string][]*serverSchema{}, followed: map[string]bool{}}
	b.reach(root)
	if b.work > maxWork {
		return nil, fmt.Errorf("read the flow schema of Kestra %s: its definitions refer to each other too often", version)
	}
	return b.write(version, root, complete)
}

// catalogBuilder flattens a server's definitions into facts.
type catalogBuilder struct {
	version  string
	source   map[string]*serverSchema
	families map[string]family
	names    map[string]string // members of a family → its name
	facts    map[string]*facts
	decoded  map[string][]*serverSchema
	followed map[string]bool // families whose members are reached
	dropped  int
	work     int
}

const (
	// maxReferences bounds a chain of references between definitions.
	maxReferences = 32
	// maxWork bounds how many schemas are looked at, some many times; the 65 plugins' take 40 000.
	maxWork = 2_000_000
)

// reach flattens a definition and all that it leads to, by reference or through a family.
func (b *catalogBuilder) reach(root string) {
	for todo := []string{root}; len(todo) > 0; {
		name := todo[len(todo)-1]
		todo = todo[:len(todo)-1]
		if b.facts[name] != nil {
			continue
		}
		f := b.definition(name)
		b.facts[name] = f
		todo = b.leadsTo(f, todo)
	}
}

func (b *catalogBuilder) leadsTo(f *facts, to []string) []string {
	switch f.Kestra {
	case kindPlugin:
		if !b.followed[f.Of] {
			b.followed[f.Of] = true
			for _, typ := range sorted(b.families[f.Of].Types) {
				to = append(to, b.families[f.Of].Types[typ])
			}
		}
	case kindObject:
		if f.Of != "" {
			to = append(to, f.Of)
		}
	}
	for _, name := range sorted(f.Properties) {
		to = b.leadsTo(f.Properties[name], to)
	}
	if f.Items != nil {
		to = b.leadsTo(f.Items, to)
	}
	if values, ok := f.Additional.(*facts); ok {
		to = b.leadsTo(values, to)
	}
	return to
}

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

func kindOf(s *serverSchema) kind {
	switch s.Type {
	case "boolean":
		return kindBoolean
	case "integer":
		return kindInteger
	case "number":
		return kindNumber
	case "array":
		return kindList
	case "object":
		if len(s.Properties) > 0 {
			return kindObject
		}
		return kindMap
	case "string", "":
		if isEnum(s) {
			return kindEnum
		}
		if s.Type == "" {
			return kindAny
		}
	}
	switch s.Format {
	case "duration":
		return kindDuration
	case "date-time":
		return kindInstant
	case "date":
		return kindDate
	case "partial-time", "time":
		return kindTime
	}
	return kindText
}

// isEnum tells a Java enum from a text with suggested values: constants are identifiers.
func isEnum(s *serverSchema) bool {
	if s.Const != nil {
		return true
	}
	for _, v := range s.Enum {
		if text, ok := v.(string); !ok || !identifier.MatchString(text) {
			return false
		}
	}
	return len(s.Enum) > 0
}

var identifier = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_]*$`)

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

func (b *catalogBuilder) write(version, root string, complete bool) ([]byte, error) {
	if b.facts[root].Kestra != kindObject {
		return nil, errors.New("it does not say what a flow has")
	}
	d := catalogDocument{Schema: "http://json-schema.org/draft-07/schema#", Version: version, Complete: complete,
		DroppedPatterns: b.dropped, Root: root, Families: b.families}
	header, err := json.Marshal(d)
	if err != nil {
		return nil, err
	}
	var out bytes.Buffer
	out.Write(bytes.TrimSuffix(header, []byte(`null}`)))
	out.WriteString("{")
	for i, name := range sorted(b.facts) {
		// One definition a line, so that a change of the catalog can be read as a diff.
		line, err := json.Marshal(b.facts[name])
		if err != nil {
			return nil, err
		}
		if i > 0 {
			out.WriteByte(',')
		}
		fmt.Fprintf(&out, "\n%q:%s", name, line)
	}
	out.WriteString("\n}}\n")
	return out.Bytes(), nil
}

func texts(values []any) []string {
	var out []string
	for _, v := range values {
		if text, ok := v.(string); ok {
			out = append(out, text)
		}
	}
	return out
}

// sorted returns the keys of a map in order: equal schemas make equal catalogs, byte for byte.
func sorted[V any](m map[string]V) []string {
	return slices.Sorted(maps.Keys(m))
}
