package main

import (
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/spf13/cobra"
	"golang.org/x/term"

	"github.com/kestra-operator/kestra-operator/cmd/kestra-operator/internal/validate"
	"github.com/kestra-operator/kestra-operator/schemas/flow"
)

const validateHelp = `Judge flows and manifests with the same rules as admission, without a cluster.

Arguments are files, folders (searched for *.yaml and *.yml), patterns, or - for standard input. A file
holds one raw flow, or Kubernetes manifests: KestraFlow, KestraKeyValue and KestraNamespaceFile are judged,
lists of them too, other kinds are skipped.

Exit code: 0 when everything is accepted, 1 when something is refused, 2 when an argument is wrong or a
file cannot be read.`

const validateExample = `  kestra-operator validate flows/
  kestra-operator validate --kestra-version 2.0 -o json flows/*.yaml
  kubectl kustomize . | kestra-operator validate -`

func newValidateCommand() *cobra.Command {
	var output, kestraVersion string
	command := &cobra.Command{
		Use:     "validate [file | folder | pattern | -]...",
		Short:   "Judge flows and manifests without a cluster",
		Long:    validateHelp,
		Example: validateExample,
		RunE: func(command *cobra.Command, arguments []string) error {
			if len(arguments) == 0 {
				return errors.New("nothing to validate: name files, folders or patterns, or - for standard input")
			}
			write, err := reportWriter(output, command.OutOrStdout())
			if err != nil {
				return err
			}
			catalog, err := flow.Embedded(kestraVersion)
			if err != nil {
				return fmt.Errorf("--kestra-version: %w", err)
			}
			report := validate.Run(arguments, command.InOrStdin(), validate.Judge{Catalog: catalog})
			if err := write(report); err != nil {
				return fmt.Errorf("print the report: %w", err)
			}
			return verdict(report)
		},
	}
	command.Flags().StringVarP(&output, "output", "o", "text", "format of the report: text, json")
	command.Flags().StringVar(&kestraVersion, "kestra-version", "", "Kestra version to judge for, such as 1.3; the newest known one when empty")
	return command
}

// reportWriter returns what prints a report in the wanted format.
func reportWriter(format string, out io.Writer) (func(validate.Report) error, error) {
	switch format {
	case "text":
		style := validate.Style{Color: isTerminal(out) && os.Getenv("NO_COLOR") == ""}
		return func(report validate.Report) error { return validate.WriteText(out, report, style) }, nil
	case "json":
		return func(report validate.Report) error { return validate.WriteJSON(out, report) }, nil
	}
	return nil, fmt.Errorf("--output %q: want text or json", format)
}

func isTerminal(out io.Writer) bool {
	file, ok := out.(*os.File)
	return ok && term.IsTerminal(int(file.Fd()))
}

// verdict turns a report into the command's exit code.
func verdict(report validate.Report) error {
	switch {
	case len(report.Unreadable) > 0:
		return exitError{code: exitUsage, cause: errors.Join(report.Unreadable...)}
	case report.Refused():
		return exitError{code: exitRefused}
	}
	return nil
}
