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

// Lines are the Kestra lines that have an embedded core catalog, oldest first.
var Lines = []string{"1.3", "2.0"}

// defaultLine is what an unknown server is taken for.
const defaultLine = "1.3"

var embeddedCatalogs = func() map[string]func() (*Catalog, error) {
	load := make(map[string]func() (*Catalog, error), len(Lines))
	for _, line := range Lines {
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

// Embedded returns the embedded core catalog of a Kestra line ("1.3", "2.0", or any version on such a line);
// the newest 1.x for an empty line. An unknown line is an error that lists the known ones.
func Embedded(line string) (*Catalog, error) {
	if line == "" {
		line = defaultLine
	}
	parts := strings.SplitN(strings.TrimPrefix(line, "v"), ".", 3)
	if len(parts) >= 2 {
		if load := embeddedCatalogs[parts[0]+"."+parts[1]]; load != nil {
			return load()
		}
	}
	return nil, fmt.Errorf("no embedded catalog for Kestra %q; there is one for %s", line, strings.Join(Lines, ", "))
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
