package flow

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"sync"

	"github.com/santhosh-tekuri/jsonschema/v5"
)

// Bounds on what is read as a catalog or as a server's flow schema. A schema of 65 plugins is 8.8 MB with its
// prose and 1 042 definitions.
const (
	MaxSchemaBytes  = 64 << 20
	MaxCatalogBytes = 16 << 20
	maxDefinitions  = 20_000
)

// Catalog is what one Kestra server can run: the facts of its flow schema. Immutable and safe for
// concurrent use. Its definitions are compiled when a flow first uses them.
type Catalog struct {
	document catalogDocument
	saved    []byte
	key      string
	line     minor
	compiled sync.Map // definition name → *value
	mu       sync.Mutex
	values   map[string]*value
	once     sync.Once
	flow     *jsonschema.Schema
}

// Version of the Kestra that the catalog describes, such as "1.3.25".
func (c *Catalog) Version() string { return c.document.Version }

// Key identifies the catalog's content; equal keys judge alike.
func (c *Catalog) Key() string { return c.key }

// Complete is true when the catalog lists every plugin of its server, as one made from a live server does: a
// type it does not know is then an error. With the embedded core catalogs it is a warning.
func (c *Catalog) Complete() bool { return c.document.Complete }

// DroppedPatterns counts the patterns that Go's regexp cannot compile; they are not checked.
func (c *Catalog) DroppedPatterns() int { return c.document.DroppedPatterns }

// Marshal returns the saved form of the catalog, which LoadCatalog reads.
func (c *Catalog) Marshal() []byte { return bytes.Clone(c.saved) }

// LoadCatalog reads a catalog in its saved form, plain or compressed with gzip, of at most MaxCatalogBytes.
func LoadCatalog(data []byte) (*Catalog, error) {
	data, err := uncompress(data)
	if err != nil {
		return nil, fmt.Errorf("load catalog: %w", err)
	}
	c := &Catalog{saved: data, values: map[string]*value{}}
	if err := json.Unmarshal(data, &c.document); err != nil {
		return nil, fmt.Errorf("load catalog: %w", err)
	}
	if err := c.document.check(); err != nil {
		return nil, fmt.Errorf("load catalog: %w", err)
	}
	for name, f := range c.document.Families {
		f.names = sorted(f.Types)
		c.document.Families[name] = f
	}
	sum := sha256.Sum256(data)
	c.line, _ = lineOf(c.Version())
	c.key = c.Version() + "-" + hex.EncodeToString(sum[:8])
	return c, nil
}

// CatalogFromSchema is BuildCatalog and LoadCatalog in one: the catalog of a live server from its flow schema.
func CatalogFromSchema(schema io.Reader, version string) (*Catalog, error) {
	data, err := BuildCatalog(schema, version)
	if err != nil {
		return nil, err
	}
	return LoadCatalog(data)
}

func uncompress(data []byte) ([]byte, error) {
	if bytes.HasPrefix(data, []byte{0x1f, 0x8b}) {
		r, err := gzip.NewReader(bytes.NewReader(data))
		if err != nil {
			return nil, err
		}
		if data, err = io.ReadAll(io.LimitReader(r, MaxCatalogBytes+1)); err != nil {
			return nil, err
		}
	}
	if len(data) > MaxCatalogBytes {
		return nil, fmt.Errorf("more than %d bytes", MaxCatalogBytes)
	}
	return data, nil
}

// catalogDocument is the saved form: a JSON Schema (draft 7) whose extension keywords are described in
// catalog_keywords.go.
type catalogDocument struct {
	Schema          string                     `json:"$schema"`
	Version         string                     `json:"version"`
	Complete        bool                       `json:"complete"`
	DroppedPatterns int                        `json:"droppedPatterns,omitempty"`
	Root            string                     `json:"root"`
	Families        map[string]family          `json:"families"`
	Definitions     map[string]json.RawMessage `json:"definitions"`
}

// family is a set of types that one place accepts: it leads from the value of "type" to a definition.
type family struct {
	// Plugins is true when the types are class names, read by Kestra's plugin registry; otherwise they are
	// short names such as "constant".
	Plugins bool              `json:"plugins,omitempty"`
	Types   map[string]string `json:"types"`

	names []string // of the types, sorted
}

func (d *catalogDocument) check() error {
	switch {
	case d.Version == "":
		return fmt.Errorf("no version")
	case len(d.Definitions) > maxDefinitions:
		return fmt.Errorf("more than %d definitions", maxDefinitions)
	case d.Definitions[d.Root] == nil:
		return fmt.Errorf("no definition of a flow")
	}
	for name, f := range d.Families {
		for typ, def := range f.Types {
			if d.Definitions[def] == nil {
				return fmt.Errorf("family %s: type %s has no definition", name, typ)
			}
		}
	}
	return nil
}
