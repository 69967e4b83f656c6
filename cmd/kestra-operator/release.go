package main

import (
	"errors"
	"fmt"
	"io"

	apierrors "k8s.io/apimachinery/pkg/api/errors"

	"github.com/spf13/cobra"
	"k8s.io/apimachinery/pkg/labels"

	"github.com/kestra-operator/kestra-operator/cmd/kestra-operator/internal/release"
	"github.com/kestra-operator/kestra-operator/cmd/kestra-operator/internal/selection"
)

const releaseHelp = `Take the operator's finalizer off objects, so that they can be deleted while no operator runs. Kestra is not
asked and stays as it is.

Arguments are kinds (flows, keyvalues, namespacefiles) or KIND/NAME; every kind when there are none. The only
thing written is metadata.finalizers: spec.deletionPolicy is not set, since the spec belongs to whoever
applies the object (Argo CD and Flux would set it back), and since nothing acts upon a deletion once the
finalizer is gone. It works while the webhooks are down.

Stop the operator first. A running one would put the finalizer back and, when the object is deleted, delete
from Kestra. While one runs (its lease is renewed), only objects that are being deleted are released; to keep
what others are for, set spec.deletionPolicy: Orphan on them instead. Where several operators share the cluster and only
one of them was stopped, give --operator-stopped and the --selector or --namespace of its objects.

Exit code: 0 when everything was released, 1 when something was not, 2 when an argument is wrong.`

const releaseExample = `  kestra-operator release --orphan --all-namespaces --dry-run
  kestra-operator release --orphan -n team-a kv/password flows
  kestra-operator release --orphan -A --selector kestra.io/operator-class=blue --operator-stopped`

func newReleaseCommand() *cobra.Command {
	var cluster clusterFlags
	var options release.Options
	var orphan, allNamespaces bool
	var selector string
	command := &cobra.Command{
		Use:     "release --orphan [KIND | KIND/NAME]...",
		Short:   "Take the finalizer off objects and leave Kestra as it is",
		Long:    releaseHelp,
		Example: releaseExample,
		RunE: func(command *cobra.Command, arguments []string) (err error) {
			if !orphan {
				return errors.New("give --orphan to say that what these objects wrote stays in Kestra; to delete it there, delete the objects while the operator runs")
			}
			if options.Selection, err = selection.Parse(arguments); err != nil {
				return err
			}
			if options.Selector, err = labels.Parse(selector); err != nil {
				return fmt.Errorf("--selector: %w", err)
			}
			if selector != "" && options.Selection.Named() {
				return errors.New("an object that is named takes no selector: drop one of the two")
			}
			c, namespace, err := cluster.reach(options.Selection, allNamespaces)
			if err != nil {
				return err
			}
			options.Namespace = namespace
			tell := releaseTeller{out: command.OutOrStdout(), errors: command.ErrOrStderr(), dryRun: options.DryRun}
			return tell.verdict(release.Run(command.Context(), c, options, tell.outcome))
		},
	}
	flags := command.Flags()
	cluster.bind(flags)
	flags.BoolVar(&orphan, "orphan", false, "required: leave in Kestra what the objects wrote there")
	flags.BoolVarP(&allNamespaces, "all-namespaces", "A", false, "release in every Kubernetes namespace")
	flags.StringVarP(&selector, "selector", "l", "", "release the objects with these labels, such as team=data; all when empty")
	flags.BoolVar(&options.DryRun, "dry-run", false, "say what would be done and do nothing")
	flags.BoolVar(&options.OperatorStopped, "operator-stopped", false, "do not look for a running operator: you know that none runs")
	return command
}

// releaseTeller prints what becomes of each object, and counts.
type releaseTeller struct {
	out, errors       io.Writer
	dryRun            bool
	released, refused int
}

func (t *releaseTeller) outcome(o release.Outcome) {
	name := fmt.Sprintf("%s %s/%s", o.Kind, o.Namespace, o.Name)
	if o.Refused != nil {
		t.refused++
		_, _ = fmt.Fprintf(t.errors, "%s: left as it is: %v\n", name, o.Refused) // nowhere else to say so
		return
	}
	t.released++
	detail := ""
	if o.Deleting {
		detail = ", which lets its deletion end"
	}
	if t.dryRun {
		detail += " (dry run)"
	}
	_, _ = fmt.Fprintf(t.out, "%s: released%s\n", name, detail) // the release itself is done
}

// verdict turns what happened into the command's exit code.
func (t *releaseTeller) verdict(err error) error {
	if apierrors.IsForbidden(err) {
		err = fmt.Errorf("%w; if it is the lease that may not be read and no operator runs, give --operator-stopped", err)
	}
	switch {
	case err != nil:
		return exitError{code: exitRefused, cause: err}
	case t.refused > 0:
		return exitError{code: exitRefused}
	case t.released == 0:
		_, _ = fmt.Fprintln(t.errors, "no object holds the finalizer") // nothing was done either way
	}
	return nil
}
