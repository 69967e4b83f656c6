// Command reference writes the pages of docs/reference from the code: the fields of the custom resource
// definitions, the flags of every command, conditions and reasons, findings with examples, metrics, keys of log lines,
// events and rights.
//
// It takes the folder of the project, and changes nothing outside of docs/reference.
package main

import (
	"fmt"
	"os"
	"path/filepath"
)

//go:generate go run . ../../..

func main() {
	if len(os.Args) != 2 {
		fmt.Fprintln(os.Stderr, "usage: reference PROJECT")
		os.Exit(2)
	}
	if err := write(os.Args[1]); err != nil {
		fmt.Fprintln(os.Stderr, "reference:", err)
		os.Exit(1)
	}
}

// generated stands at the top of every page.
const generated = "<!-- Written by `make generate` from the code. -->\n"

// pages are the generated files of docs/reference, each with what renders it from the project's folder.
var pages = map[string]func(project string) (string, error){
	"fields.md":     fields,
	"commands.md":   commands,
	"conditions.md": conditions,
	"findings.md":   findings,
	"metrics.md":    metrics,
	"logs.md":       logs,
	"events.md":     events,
	"rights.md":     operatorRights,
}

func write(project string) error {
	for name, render := range pages {
		page, err := render(project)
		if err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		if err := os.WriteFile(filepath.Join(project, "docs", "reference", name), []byte(page), 0o644); err != nil {
			return err
		}
	}
	return nil
}
