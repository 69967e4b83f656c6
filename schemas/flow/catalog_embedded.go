package flow

import (
	"embed"
	"fmt"
	"strings"
	"sync"
)

//go:generate go run ./internal/catalogen

//go:embed catalogs
var embedded embed.FS

// embeddedLines are the lines that have an embedded core catalog, oldest first.
var embeddedLines = []string{"1.3", "2.0"}

// defaultLine is what an unknown server is taken for.
const defaultLine = "1.3"

var embeddedCatalogs = func() map[string]func() (*Catalog, error) {
	load := make(map[string]func() (*Catalog, error), len(embeddedLines))
	for _, line := range embeddedLines {
		load[line] = sync.OnceValues(func() (*Catalog, error) {
			data, err := embedded.ReadFile("catalogs/" + line + ".json")
			if err != nil {
				return nil, err
			}
			return LoadCatalog(data)
		})
	}
	return load
}()

// Embedded returns the core catalog of a Kestra line ("1.3", "2.0", or any version on such a line); that of the
// newest 1.x for an empty line. A line without an embedded catalog is judged by the nearest newer one, and a line
// newer than all by the newest of its major version; what is not proven for it is a warning then. An unknown line is
// an error that lists the known ones.
func Embedded(version string) (*Catalog, error) {
	if version == "" {
		version = defaultLine
	}
	line, ok := lineOf(version)
	as := judgedBy(line)
	if !ok || as == nil {
		return nil, fmt.Errorf("nothing is known of Kestra %q; name one of %s or newer", version, strings.Join(Lines(), ", "))
	}
	c, err := embeddedCatalogs[as.judged]()
	if err != nil || c.line == line {
		return c, err
	}
	return deriveCatalog(c, line)
}

// newest returns the embedded catalog of the newest 1.x; an empty one, which knows nothing and refuses nothing,
// if the program was built without it.
func newest() *Catalog {
	c, err := Embedded("")
	if err != nil {
		return &Catalog{}
	}
	return c
}
