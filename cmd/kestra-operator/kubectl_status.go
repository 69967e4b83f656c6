package main

import (
	"encoding/json"
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"github.com/kestra-operator/kestra-operator/cmd/kestra-operator/internal/status"
	"github.com/kestra-operator/kestra-operator/cmd/kestra-operator/internal/terminal"
)

const statusHelp = `Show how what the operator keeps is doing, by namespaces of Kestra: how many objects of each kind are ready,
and the reason of each that is not.

Arguments are kinds (flows, keyvalues, namespacefiles), KIND NAME or KIND/NAME; every kind when there are none.
An object that nobody has looked at since its last change is not ready (NotSeenYet). Suspended objects are
counted by themselves: that they are left alone was somebody's wish.

Exit code: 0 when everything is ready or suspended, 1 when something is not, 2 when an argument is wrong or the
cluster cannot be asked.`

const statusExample = `  kubectl kestra status -A
  kubectl kestra status -n team-a flows
  kubectl kestra status -A -o json`

func newStatusCommand() *cobra.Command {
	var objects objectFlags
	var output string
	var text status.Text
	command := &cobra.Command{
		Use:     "status [KIND [NAME...] | KIND/NAME...]",
		Short:   "Show what is ready, and why the rest is not",
		Long:    statusHelp,
		Example: statusExample,
		RunE: func(command *cobra.Command, arguments []string) error {
			if err := checkOutput(output); err != nil {
				return err
			}
			_, found, err := objects.find(command.Context(), arguments)
			if err != nil {
				return err
			}
			summary, out := status.Summarise(found), command.OutOrStdout()
			if output == outputJSON {
				err = writeJSON(out, summary)
			} else {
				text.Style, text.Everywhere = terminal.StyleOf(out), objects.allNamespaces
				err = text.Write(out, summary)
			}
			if err == nil && summary.NotReady > 0 {
				return exitError{code: exitRefused}
			}
			return err
		},
	}
	objects.bind(command)
	bindOutput(command, &output)
	command.Flags().BoolVar(&text.All, "all", false, "list the objects that are ready too")
	return command
}

// Formats of what a command shows.
const (
	outputText = "text"
	outputJSON = "json"
)

func bindOutput(command *cobra.Command, output *string) {
	command.Flags().StringVarP(output, "output", "o", outputText, "format: text, json")
	offer(command, "output", outputText, outputJSON)
}

func checkOutput(output string) error {
	if output != outputText && output != outputJSON {
		return fmt.Errorf("--output %q: want text or json", output)
	}
	return nil
}

func writeJSON(out io.Writer, value any) error {
	encoder := json.NewEncoder(out)
	encoder.SetIndent("", "  ")
	return encoder.Encode(value)
}
