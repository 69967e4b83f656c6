package main

import (
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"github.com/kestra-operator/kestra-operator/cmd/kestra-operator/internal/terminal"
)

// Exit codes of every command.
const (
	exitOK      = 0
	exitRefused = 1 // something was refused, or a run failed
	exitUsage   = 2
)

// streams are the process's standard input and outputs.
type streams struct {
	in       io.Reader
	out, err io.Writer
}

// exitError ends the process with a code. It prints nothing when it has no cause: the command has printed
// what there is to say.
type exitError struct {
	code  int
	cause error
}

func (e exitError) Error() string {
	if e.cause == nil {
		return fmt.Sprintf("exit code %d", e.code)
	}
	return e.cause.Error()
}

func (e exitError) Unwrap() error { return e.cause }

// execute runs the command line, which begins with the program's name, and returns the exit code.
func execute(ctx context.Context, line []string, std streams) int {
	std.err = terminal.Escaped(std.err) // errors and notes quote files, and what servers say
	root, arguments := commandFor(line[0], line[1:])
	root.SetArgs(arguments)
	root.SetIn(std.in)
	root.SetOut(std.out)
	root.SetErr(std.err)
	begun := false
	beforeRun(root, func() { begun = true })
	chosen, err := root.ExecuteContextC(ctx)
	if err == nil {
		return exitOK
	}
	code := exitUsage
	var exit exitError
	if errors.As(err, &exit) {
		code = exit.code
	}
	if code == exitUsage || exit.cause != nil {
		_, _ = fmt.Fprintln(std.err, "error:", err) // nowhere else to say so
	}
	if step := nextStep(err); step != "" {
		_, _ = fmt.Fprintln(std.err, "→", step)
	} else if !begun {
		_, _ = fmt.Fprintln(std.err, "→", usage(chosen))
	}
	return code
}

// usage says how a command is called.
func usage(command *cobra.Command) string {
	if command.HasAvailableSubCommands() {
		return command.CommandPath() + " --help lists the commands"
	}
	return "usage: " + command.UseLine() + "; --help says more"
}

// beforeRun has a command and those below call do when their arguments are in order and they begin.
func beforeRun(command *cobra.Command, do func()) {
	if run := command.RunE; run != nil {
		command.RunE = func(command *cobra.Command, arguments []string) error {
			do()
			return run(command, arguments)
		}
	}
	for _, below := range command.Commands() {
		beforeRun(below, do)
	}
}

func newRootCommand() *cobra.Command {
	root := &cobra.Command{
		Use:           "kestra-operator",
		Short:         "Keep a Kestra server equal to Kubernetes objects, and refuse wrong flows before they are stored",
		SilenceUsage:  true,
		SilenceErrors: true,
	}
	root.AddCommand(newRunCommand(), newValidateCommand(), newSchemaCommand(), newVersionCommand())
	root.AddCommand(newGenerateCommand(), newReleaseCommand(), newExportCommand(), newKubectlCommand())
	return root
}

// offer has a shell complete a flag by the values that it takes.
func offer(command *cobra.Command, flag string, values ...string) {
	_ = command.RegisterFlagCompletionFunc(flag, cobra.FixedCompletions(values, cobra.ShellCompDirectiveNoFileComp)) // the caller declares it
}
