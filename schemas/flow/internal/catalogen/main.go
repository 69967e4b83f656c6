// Command catalogen writes the embedded core catalogs from the flow schemas of real servers.
package main

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/kestra-operator/kestra-operator/schemas/flow"
)

// sources are the servers that the embedded catalogs are made from: folders that hold a flow-schema.json.
var sources = map[string]string{"1.3": "1.3.25", "2.0": "2.0.0-SNAPSHOT"}

// Called as "catalogen FOLDER", or with the folder in the environment variable KESTRA_RECORDINGS, from the folder
// of the package flow. Where the servers' schemas are not at hand the catalogs stay as they are.
func main() {
	folder := os.Getenv("KESTRA_RECORDINGS")
	if len(os.Args) > 1 {
		folder = os.Args[1]
	}
	if folder == "" {
		fmt.Fprintln(os.Stderr, "catalogen: no folder with the servers' flow schemas: the catalogs stay as they are")
		return
	}
	for line, version := range sources {
		if err := generate(filepath.Join(folder, version, "flow-schema.json"), line, version); err != nil {
			fmt.Fprintln(os.Stderr, "catalogen:", err)
			os.Exit(1)
		}
	}
}

func generate(schema, line, version string) error {
	raw, err := os.ReadFile(schema)
	if errors.Is(err, fs.ErrNotExist) {
		fmt.Fprintf(os.Stderr, "catalogen: %s is not there: the catalog of %s stays as it is\n", schema, line)
		return nil
	}
	if err != nil {
		return fmt.Errorf("read the flow schema: %w", err)
	}
	data, err := flow.BuildCoreCatalog(bytes.NewReader(raw), version)
	if err != nil {
		return err
	}
	return os.WriteFile(filepath.Join("catalogs", line+".json"), data, 0o644)
}
