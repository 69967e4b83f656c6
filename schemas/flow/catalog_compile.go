package flow

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strings"
	"sync"

	"github.com/santhosh-tekuri/jsonschema/v5"
	"gopkg.in/yaml.v3"
)

// value is the compiled form of facts: what judging one node of a flow needs.
type value struct {
	kind       kind
	of         string
	properties map[string]*value
	required   []string
	items      *value // of a list, or the values of a map
	enum       []string
	pattern    *regexp.Regexp
	bounds
	deprecated, removed, hidden, unvalidated, notNull, neverNull, solid bool
}

type bounds struct {
	minimum, exclusiveMinimum, maximum *float64
	minLength, maxLength, minItems     int
}

// definition returns a compiled definition, compiling it when it is first asked for; nil when there is none.
func (c *Catalog) definition(name string) *value {
	if v, ok := c.compiled.Load(name); ok {
		return v.(*value)
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if v, ok := c.compiled.Load(name); ok {
		return v.(*value)
	}
	raw, ok := c.document.Definitions[name]
	if !ok {
		return nil
	}
	_, v, err := c.compile(name, raw)
	if err != nil {
		// Nothing is known of a definition that does not compile, so nothing is refused for its sake.
		v = &value{kind: kindAny}
	}
	c.compiled.Store(name, v)
	return v
}

// flowSchema returns the schema of a flow as a whole; nil when the catalog is empty or damaged.
func (c *Catalog) flowSchema() *jsonschema.Schema {
	c.once.Do(func() {
		c.mu.Lock()
		defer c.mu.Unlock()
		if raw, ok := c.document.Definitions[c.document.Root]; ok {
			c.flow, _, _ = c.compile(c.document.Root, raw) // one that does not compile refuses nothing
		}
	})
	return c.flow
}

// Warm compiles every definition and returns what does not compile. Judging does it by itself, one definition
// at a time.
func (c *Catalog) Warm() error {
	var all []error
	for name, raw := range c.document.Definitions {
		c.mu.Lock()
		_, v, err := c.compile(name, raw)
		c.mu.Unlock()
		if err != nil {
			all = append(all, err)
			continue
		}
		c.compiled.LoadOrStore(name, v)
	}
	return errors.Join(all...)
}

var keywords = sync.OnceValue(func() *jsonschema.Schema {
	return jsonschema.MustCompileString("kestra-keywords.json", keywordsMetaSchema)
})

// compile turns one definition into a value through the schema library: it checks the definition against
// draft 7 and against the keywords, and follows references inside of the definition only.
func (c *Catalog) compile(name string, raw json.RawMessage) (*jsonschema.Schema, *value, error) {
	compiler := jsonschema.NewCompiler()
	compiler.Draft = jsonschema.Draft7
	compiler.LoadURL = func(url string) (io.ReadCloser, error) {
		return nil, fmt.Errorf("%s: a catalog refers to nothing outside of itself", url)
	}
	compiler.RegisterExtension("kestra", keywords(), keywordCompiler{interned: c.values})
	const url = "kestra:definition"
	if err := compiler.AddResource(url, bytes.NewReader(raw)); err != nil {
		return nil, nil, fmt.Errorf("compile %s: %w", name, err)
	}
	schema, err := compiler.Compile(url)
	if err != nil {
		return nil, nil, fmt.Errorf("compile %s: %w", name, err)
	}
	v := extension(schema)
	if v == nil {
		return nil, nil, fmt.Errorf("compile %s: no keyword \"kestra\"", name)
	}
	return schema, v, nil
}

func extension(schema *jsonschema.Schema) *value {
	v, _ := schema.Extensions["kestra"].(*value)
	return v
}

// keywordCompiler compiles the extension keywords. Values without parts are interned: the same few properties
// stand in every task.
type keywordCompiler struct{ interned map[string]*value }

func (k keywordCompiler) Compile(ctx jsonschema.CompilerContext, m map[string]any) (jsonschema.ExtSchema, error) {
	if m["kestra"] == nil {
		return nil, nil
	}
	var key string
	if m["properties"] == nil && m["items"] == nil {
		data, err := json.Marshal(m)
		if err != nil {
			return nil, err
		}
		key = string(data)
		if v := k.interned[key]; v != nil {
			return v, nil
		}
	}
	v, err := compileValue(ctx, m)
	if err == nil && key != "" {
		k.interned[key] = v
	}
	return v, err
}

func compileValue(ctx jsonschema.CompilerContext, m map[string]any) (*value, error) {
	data, err := json.Marshal(withoutParts(m))
	if err != nil {
		return nil, err
	}
	var f facts
	if err := json.Unmarshal(data, &f); err != nil {
		return nil, err
	}
	v := &value{kind: f.Kestra, of: f.Of, required: f.Required, enum: f.Enum,
		deprecated: f.Deprecated, removed: f.Removed, hidden: f.Hidden, unvalidated: f.Unvalidated, notNull: f.NotNull, neverNull: f.NeverNull, solid: f.Solid,
		bounds: bounds{f.Minimum, f.ExclusiveMinimum, f.Maximum, f.MinLength, f.MaxLength, f.MinItems}}
	if f.Pattern != "" {
		// The server matches a pattern against the whole text.
		if v.pattern, err = regexp.Compile(`^(?:` + f.Pattern + `)$`); err != nil {
			return nil, err
		}
	}
	return v, compileParts(ctx, m, v)
}

func compileParts(ctx jsonschema.CompilerContext, m map[string]any, v *value) error {
	part := func(path string) (*value, error) {
		schema, err := ctx.Compile(path, false)
		if err != nil {
			return nil, err
		}
		if p := extension(schema); p != nil {
			return p, nil
		}
		return nil, fmt.Errorf("%s: no keyword \"kestra\"", path)
	}
	var err error
	if properties, ok := m["properties"].(map[string]any); ok {
		v.properties = make(map[string]*value, len(properties))
		for name := range properties {
			if v.properties[name], err = part("properties/" + pointerEscape.Replace(name)); err != nil {
				return err
			}
		}
	}
	if m["items"] != nil {
		if v.items, err = part("items"); err != nil {
			return err
		}
	}
	if _, ok := m["additionalProperties"].(map[string]any); ok {
		if v.items, err = part("additionalProperties"); err != nil {
			return err
		}
	}
	if v.items == nil && (v.kind == kindList || v.kind == kindMap) {
		return fmt.Errorf("a %s without a word on what it holds", v.kind)
	}
	return nil
}

var pointerEscape = strings.NewReplacer("~", "~0", "/", "~1", "%", "%25")

func withoutParts(m map[string]any) map[string]any {
	flat := make(map[string]any, len(m))
	for k, v := range m {
		if k != "properties" && k != "items" && k != "additionalProperties" {
			flat[k] = v
		}
	}
	return flat
}

// evaluation is what the library is asked to validate: a node, and the judge who notes what is wrong with it. So
// positions are kept and no second representation of a flow is built.
type evaluation struct {
	judge *judge
	node  *yaml.Node
	class string
}

// Validate makes a value a keyword of the library. What is refused is told to the judge, all of it at once.
func (v *value) Validate(ctx jsonschema.ValidationContext, instance any) error {
	e, ok := instance.(evaluation)
	if !ok {
		return ctx.Error("kestra", "judges YAML nodes only")
	}
	if v.kind == kindObject {
		e.judge.properties(e.node, v, e.class, nil)
	}
	return nil
}
