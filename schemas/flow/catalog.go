package flow

// Catalog is what one Kestra server can run: the facts of its flow schema. Immutable and safe for
// concurrent use.
type Catalog struct {
	version string
}

// Version of the Kestra that the catalog describes, such as "1.3.25".
func (c *Catalog) Version() string { return c.version }

// Key identifies the catalog's content; equal keys judge alike.
func (c *Catalog) Key() string { return c.version }

// Embedded returns the embedded core catalog of a Kestra line ("1.3", "2.0", or any version on such a line);
// the newest one for an empty line. An unknown line is an error that lists the known ones.
func Embedded(line string) (*Catalog, error) { return &Catalog{version: line}, nil }
