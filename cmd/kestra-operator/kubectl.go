package main

import (
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"
)

// Names by which kubectl finds its plugin "kestra", and the program that completes its arguments.
const (
	pluginName     = "kubectl-kestra"
	completionName = "kubectl_complete-kestra"
)

const kubectlHelp = `See and steer what the operator keeps: the commands of "kubectl kestra".

The program is its own kubectl plugin: put a copy of it, or a link to it, on the PATH as kubectl-kestra, and
another as kubectl_complete-kestra to have kubectl complete its arguments. Without a kubeconfig, in the
operator's pod for example, it takes the cluster and the credentials of the pod.

Exit code: 0 when all is well, 1 when the answer is no (something is not ready, differs or is wrong), 2 when
an argument is wrong or the question could not be answered.`

// commandFor returns the command that a program of this name is, and the arguments that it takes.
func commandFor(program string, arguments []string) (*cobra.Command, []string) {
	switch strings.TrimSuffix(filepath.Base(program), ".exe") {
	case pluginName:
		return newPluginRoot(), arguments
	case completionName:
		return newPluginRoot(), append([]string{cobra.ShellCompRequestCmd}, arguments...)
	}
	return newRootCommand(), arguments
}

// newPluginRoot is the command that kubectl calls.
func newPluginRoot() *cobra.Command {
	command := newKubectlCommand()
	command.Use = pluginName
	command.Annotations = map[string]string{cobra.CommandDisplayNameAnnotation: "kubectl kestra"}
	command.SilenceUsage, command.SilenceErrors = true, true
	command.CompletionOptions.HiddenDefaultCmd = true // kubectl completes, by calling completionName
	command.AddCommand(newVersionCommand())
	return command
}

func newKubectlCommand() *cobra.Command {
	command := &cobra.Command{
		Use:   "kubectl",
		Short: `The commands of "kubectl kestra"`,
		Long:  kubectlHelp,
		Args:  cobra.NoArgs,
		RunE:  func(command *cobra.Command, _ []string) error { return command.Help() },
	}
	command.AddCommand(newStatusCommand(), newDiffCommand(), newValidateCommand(), newOpenCommand())
	command.AddCommand(newReconcileCommand(), newSuspendCommand(), newResumeCommand(), newDoctorCommand())
	return command
}
