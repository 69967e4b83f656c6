package flow

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
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

func (b *catalogBuilder) write(version, root string, complete bool) ([]byte, error) {
	if b.facts[root].Kestra != kindObject {
		return nil, errors.New("it does not say what a flow has")
	}
	// A family that only a property had which is judged without the schema leads nowhere.
	maps.DeleteFunc(b.families, func(name string, _ family) bool { return !b.followed[name] })
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
