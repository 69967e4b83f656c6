package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"github.com/spf13/cobra"
	corev1 "k8s.io/api/core/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/kestra-operator/kestra-operator/cmd/kestra-operator/internal/diff"
	"github.com/kestra-operator/kestra-operator/cmd/kestra-operator/internal/plugin"
	"github.com/kestra-operator/kestra-operator/cmd/kestra-operator/internal/terminal"
	"github.com/kestra-operator/kestra-operator/cmd/kestra-operator/internal/validate"
)

const diffHelp = `Show what differs between objects and what Kestra holds, as a unified diff from Kestra to the object.

Arguments are kinds, KIND NAME or KIND/NAME, of objects in the cluster; every kind when there are none. With
--filename, manifests and flows on disk are compared instead, before they are applied, with the Secrets and
ConfigMaps beside them, and else with those of the cluster.

Kestra is read with the credentials of the environment (KESTRA_API_BASIC_AUTH or KESTRA_API_API_KEY). Where it
cannot be reached from here, ask in the operator's pod, which has both:

  kubectl -n kestra-operator exec deploy/kestra-operator -- /kestra-operator kubectl diff -n team-a

Values of key-values are shown with --show-values only, and what comes from a Secret never is: of it, only that
it differs is told. Times to live and descriptions are not compared.

Exit code: 0 when nothing differs, 1 when something does, 2 when an argument is wrong or something cannot be read.`

const diffExample = `  kubectl kestra diff flow hello --server http://127.0.0.1:8080
  kubectl kestra diff -A
  kubectl kestra diff -f flows/`

// diffFlags are those of the command "diff".
type diffFlags struct {
	objects objectFlags
	files   []string
	server  string
	compare diff.Comparer
}

func newDiffCommand() *cobra.Command {
	var f diffFlags
	command := &cobra.Command{
		Use:     "diff [KIND [NAME...] | KIND/NAME... | -f FILE]",
		Short:   "Show what differs between objects and Kestra",
		Long:    diffHelp,
		Example: diffExample,
		RunE:    f.run,
	}
	f.objects.bind(command)
	flags := command.Flags()
	flags.StringSliceVarP(&f.files, "filename", "f", nil, "files, folders or patterns with manifests or flows, or - for standard input: compare these instead of objects in the cluster")
	flags.StringVar(&f.server, "server", "", "URL of the Kestra server (environment: KESTRA_API_URL)")
	flags.StringVar(&f.compare.Tenant, "default-tenant", "main", "tenant of objects that name none")
	flags.BoolVar(&f.compare.KeepSource, "read-only-label-off", false, "compare flows as they are, for an operator with --read-only-label=off")
	flags.BoolVar(&f.compare.ShowValues, "show-values", false, "show values of key-values that do not come from a Secret")
	return command
}

func (f *diffFlags) run(command *cobra.Command, arguments []string) (err error) {
	if f.compare.Kestra, err = kestraFromHere(f.server); err != nil {
		return err
	}
	defer f.compare.Kestra.Close()
	objects, problems := f.find(command.Context(), arguments, command.InOrStdin())
	differs := false
	style := terminal.StyleOf(command.OutOrStdout())
	for _, object := range objects {
		difference, err := f.compare.Compare(command.Context(), object)
		if err != nil {
			problems = append(problems, err)
			if outOfReach(err) {
				break // what goes for one, goes for all
			}
			continue
		}
		differs = differs || difference.Change != diff.Same
		if err := diff.Write(command.OutOrStdout(), difference, style); err != nil {
			return err
		}
	}
	if err := errors.Join(problems...); err != nil {
		return err
	}
	if differs {
		return exitError{code: exitRefused}
	}
	return nil
}

// find returns the objects to compare, and what could not be read.
func (f *diffFlags) find(ctx context.Context, arguments []string, stdin io.Reader) (objects []plugin.Object, problems []error) {
	if len(f.files) == 0 {
		c, objects, err := f.objects.find(ctx, arguments)
		f.compare.Cluster = c
		if err != nil {
			problems = append(problems, err)
		}
		return objects, problems
	}
	if len(arguments) > 0 {
		return nil, []error{errors.New("--filename and names of objects say both what to compare: give one")}
	}
	manifests, problems := validate.Manifests(f.files, stdin)
	namespace := ""
	// The cluster is needed for what is in Secrets only, and says so when it is missed.
	if c, chosen, err := f.objects.cluster.client(); err == nil {
		f.compare.Cluster, namespace = c, chosen
	}
	f.compare.Beside = map[diff.Holder]map[string][]byte{}
	for _, manifest := range manifests {
		obj, err := read(manifest, namespace)
		if err != nil {
			problems = append(problems, err)
			continue
		}
		if object, ours := plugin.Wrap(obj); ours {
			objects = append(objects, object)
		} else if holder, held, ok := diff.HolderOf(obj); ok {
			f.compare.Beside[holder] = held
		}
	}
	return objects, problems
}

// read decodes a manifest; the namespace is that of objects which name none.
func read(manifest validate.Manifest, namespace string) (client.Object, error) {
	obj := plugin.New(manifest.Kind)
	switch manifest.Kind {
	case "Secret":
		obj = &corev1.Secret{}
	case "ConfigMap":
		obj = &corev1.ConfigMap{}
	}
	if obj == nil {
		return nil, fmt.Errorf("%s: there is no kind %q", manifest.File, manifest.Kind)
	}
	if err := json.Unmarshal(manifest.JSON, obj); err != nil {
		return nil, fmt.Errorf("%s: %s cannot be read: try kestra-operator validate", manifest.File, manifest.Kind) // the cause may quote a value
	}
	if obj.GetNamespace() == "" {
		obj.SetNamespace(namespace)
	}
	return obj, nil
}
