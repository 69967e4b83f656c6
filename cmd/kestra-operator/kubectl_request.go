package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/spf13/cobra"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/kestra-operator/kestra-operator/cmd/kestra-operator/internal/plugin"
)

const reconcileHelp = `Have the operator look at objects now, and wait until it has.

The annotation kestra.io/reconcile-at is set, and the answer is awaited in status.lastHandledReconcileAt. It also
ends the pause of an object that is left alone because somebody else keeps changing its target.

Exit code: 0 when every object is ready (or suspended) afterwards, 1 when one is not, 2 when an argument is wrong or
no operator answers.`

const suspendHelp = `Set spec.suspend, so that the operator leaves objects and what they keep in Kestra alone, deletion included.

Where Argo CD, Flux or Helm apply the objects, they may set it back: set it in the source there.`

const resumeHelp = `Unset spec.suspend, so that the operator keeps objects again.`

func newReconcileCommand() *cobra.Command {
	var objects objectFlags
	var all, noWait bool
	var timeout time.Duration
	command := &cobra.Command{
		Use:     "reconcile KIND [NAME...] | KIND/NAME... | --all",
		Short:   "Have the operator look at objects now",
		Long:    reconcileHelp,
		Example: "  kubectl kestra reconcile flow/hello\n  kubectl kestra reconcile --all -n team-a",
		RunE: func(command *cobra.Command, arguments []string) error {
			c, found, err := objects.chosen(command.Context(), arguments, all)
			if err != nil {
				return err
			}
			ctx, cancel := context.WithTimeout(command.Context(), timeout)
			defer cancel()
			return reconcileAll(ctx, command, c, found, noWait)
		},
	}
	objects.bind(command)
	flags := command.Flags()
	flags.BoolVar(&all, "all", false, "every object of every kind")
	flags.BoolVar(&noWait, "no-wait", false, "do not wait for the operator")
	flags.DurationVar(&timeout, "timeout", time.Minute, "how long to wait for the operator")
	return command
}

// chosen returns the objects that were named, or all where that was said.
func (f *objectFlags) chosen(ctx context.Context, arguments []string, all bool) (client.Client, []plugin.Object, error) {
	if all == (len(arguments) > 0) {
		return nil, nil, errors.New("name kinds or objects, or give --all")
	}
	return f.find(ctx, arguments)
}

func reconcileAll(ctx context.Context, command *cobra.Command, c client.Client, objects []plugin.Object, noWait bool) error {
	requests := make([]string, len(objects))
	for i, object := range objects {
		var err error
		if requests[i], err = plugin.Request(ctx, c, object, time.Now()); err != nil {
			return err
		}
	}
	failed := false
	for i, object := range objects {
		if noWait {
			_, _ = fmt.Fprintf(command.OutOrStdout(), "%s: asked\n", object) // the request is made
			continue
		}
		seen, err := plugin.Await(ctx, c, object, requests[i])
		if err != nil {
			return err
		}
		state, reason, message := seen.Condition()
		failed = failed || state == plugin.NotReady
		_, _ = fmt.Fprintf(command.OutOrStdout(), "%s: %s\n", object, said(reason, message)) // the exit code says it too
	}
	if failed {
		return exitError{code: exitRefused}
	}
	return nil
}

func said(reason, message string) string {
	if message == "" {
		return reason
	}
	return reason + ": " + message
}

func newSuspendCommand() *cobra.Command {
	return newSuspension("suspend", "suspended", "Leave objects alone until they are resumed", suspendHelp, true)
}

func newResumeCommand() *cobra.Command {
	return newSuspension("resume", "resumed", "Keep suspended objects again", resumeHelp, false)
}

func newSuspension(verb, done, short, long string, suspend bool) *cobra.Command {
	var objects objectFlags
	var all bool
	command := &cobra.Command{
		Use:     verb + " KIND [NAME...] | KIND/NAME... | --all",
		Short:   short,
		Long:    long,
		Example: fmt.Sprintf("  kubectl kestra %s flow/hello\n  kubectl kestra %s -n team-a --all", verb, verb),
		RunE: func(command *cobra.Command, arguments []string) error {
			c, found, err := objects.chosen(command.Context(), arguments, all)
			if err != nil {
				return err
			}
			for _, object := range found {
				changed, err := plugin.SetSuspend(command.Context(), c, object, suspend)
				if err != nil {
					return err
				}
				outcome := done
				if !changed {
					outcome = "was so already"
				}
				_, _ = fmt.Fprintf(command.OutOrStdout(), "%s: %s\n", object, outcome) // the change is made
			}
			return nil
		},
	}
	objects.bind(command)
	command.Flags().BoolVar(&all, "all", false, "every object of every kind")
	return command
}
