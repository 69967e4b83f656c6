// Command valuesdoc writes the table of a chart's values into its README.md, between two markers, from the comments
// of its values.yaml that begin with "# -- ".
package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
)

//go:generate go run . ../../../charts/kestra-operator

func main() {
	if len(os.Args) != 2 {
		fmt.Fprintln(os.Stderr, "usage: valuesdoc CHART")
		os.Exit(2)
	}
	if err := update(os.Args[1]); err != nil {
		fmt.Fprintln(os.Stderr, "valuesdoc:", err)
		os.Exit(1)
	}
}

// update rewrites the README of the chart in the folder.
func update(folder string) error {
	values, valuesErr := os.ReadFile(filepath.Join(folder, "values.yaml"))
	path := filepath.Join(folder, "README.md")
	readme, readmeErr := os.ReadFile(path)
	if err := errors.Join(valuesErr, readmeErr); err != nil {
		return err
	}
	table, err := table(values)
	if err != nil {
		return fmt.Errorf("read %s: %w", filepath.Join(folder, "values.yaml"), err)
	}
	updated, err := insert(string(readme), table)
	if err != nil {
		return fmt.Errorf("update %s: %w", path, err)
	}
	return os.WriteFile(path, []byte(updated), 0o644)
}
