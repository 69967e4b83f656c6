package main

import (
	"fmt"
	"os"

	"github.com/spf13/cobra"

	"github.com/kestra-operator/kestra-operator/cmd/kestra-operator/internal/schema"
	"github.com/kestra-operator/kestra-operator/cmd/kestra-operator/internal/terminal"
)

const schemaExample = `  kestra-operator schema fetch --server http://kestra:8080 > catalog.json
  kestra-operator schema show io.kestra.plugin.core.log.Log
  kestra-operator schema diff 1.3 2.0`

func newSchemaCommand() *cobra.Command {
	command := &cobra.Command{
		Use:     "schema",
		Short:   "Save, show and compare what a Kestra can run",
		Example: schemaExample,
	}
	command.AddCommand(newSchemaFetchCommand(), newSchemaShowCommand(), newSchemaDiffCommand())
	return command
}

func newSchemaFetchCommand() *cobra.Command {
	var from target
	command := &cobra.Command{
		Use:   "fetch --server URL",
		Short: "Print the catalog of a server, to be saved for validate --catalog",
		Args:  cobra.NoArgs,
		RunE: func(command *cobra.Command, _ []string) error {
			catalog, err := from.catalog(command.Context())
			if err != nil {
				return err
			}
			_, err = command.OutOrStdout().Write(catalog.Marshal())
			return err
		},
	}
	from.bind(command.Flags())
	command.MarkFlagsOneRequired("server", "catalog")
	return command
}

func newSchemaShowCommand() *cobra.Command {
	var from target
	command := &cobra.Command{
		Use:   "show [type]",
		Short: "Print a type with its properties, or the list of types",
		Args:  cobra.MaximumNArgs(1),
		RunE: func(command *cobra.Command, arguments []string) error {
			catalog, err := from.catalog(command.Context())
			if err != nil {
				return err
			}
			shown, err := schema.Read(catalog)
			if err != nil {
				return err
			}
			name := ""
			if len(arguments) > 0 {
				name = arguments[0]
			}
			return schema.Show(terminal.Escaped(command.OutOrStdout()), shown, name)
		},
	}
	from.bind(command.Flags())
	return command
}

func newSchemaDiffCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "diff BEFORE AFTER",
		Short: "Print what changes between two catalogs, each a built-in line or a file",
		Args:  cobra.ExactArgs(2),
		RunE: func(command *cobra.Command, arguments []string) error {
			var catalogs [2]*schema.Catalog
			for i, argument := range arguments {
				from := target{version: argument}
				if _, err := os.Stat(argument); err == nil {
					from = target{file: argument}
				}
				catalog, err := from.catalog(command.Context())
				if err != nil {
					return fmt.Errorf("%s: %w", argument, err)
				}
				if catalogs[i], err = schema.Read(catalog); err != nil {
					return err
				}
			}
			return schema.Diff(terminal.Escaped(command.OutOrStdout()), catalogs[0], catalogs[1])
		},
	}
}
