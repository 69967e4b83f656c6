// Command grafana reads a dashboard from standard input as Grafana's own schema has it: every field of the dashboard,
// of its panels' options and of its queries must be one that Grafana knows, with a value that it takes.
//
// It is a module of its own because that schema is none of the operator's business.
package main

import (
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/grafana/grafana-foundation-sdk/go/cog"
	"github.com/grafana/grafana-foundation-sdk/go/cog/plugins"
	"github.com/grafana/grafana-foundation-sdk/go/dashboard"
)

func main() {
	if err := check(os.Stdin); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func check(in io.Reader) error {
	plugins.RegisterDefaultPlugins() // the panels and queries that Grafana comes with
	text, err := io.ReadAll(in)
	if err != nil {
		return err
	}
	var d dashboard.Dashboard
	if err := some(d.UnmarshalJSONStrict(text)); err != nil {
		return fmt.Errorf("not what Grafana's schema says: %w", err)
	}
	if err := some(d.Validate()); err != nil {
		return fmt.Errorf("not what Grafana takes: %w", err)
	}
	return nil
}

// some is nil for a list of no errors, which is what the schema's code returns where nothing is wrong.
func some(err error) error {
	var list cog.BuildErrors
	if errors.As(err, &list) && len(list) == 0 {
		return nil
	}
	return err
}
