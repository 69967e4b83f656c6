package main

import (
	"context"
	"strings"

	"github.com/spf13/cobra"
	corev1 "k8s.io/api/core/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/kestra-operator/kestra-operator/cmd/kestra-operator/internal/plugin"
	"github.com/kestra-operator/kestra-operator/cmd/kestra-operator/internal/selection"
)

// objectFlags choose objects in a cluster.
type objectFlags struct {
	cluster       clusterFlags
	allNamespaces bool
}

func (f *objectFlags) bind(command *cobra.Command) {
	f.cluster.bind(command.Flags())
	command.Flags().BoolVarP(&f.allNamespaces, "all-namespaces", "A", false, "objects of every Kubernetes namespace")
	command.ValidArgsFunction = f.complete
	_ = command.RegisterFlagCompletionFunc("namespace", f.completeNamespace) // it is declared above
}

// complete offers kinds, and then the names of objects.
func (f *objectFlags) complete(command *cobra.Command, arguments []string, word string) ([]string, cobra.ShellCompDirective) {
	kind, prefix := "", ""
	if before, _, slash := strings.Cut(word, "/"); slash {
		kind, prefix = before, before+"/"
	} else if len(arguments) > 0 && !strings.Contains(arguments[0], "/") {
		kind = arguments[0]
	}
	if kind == "" {
		return selection.Words(), cobra.ShellCompDirectiveNoFileComp
	}
	selected, err := selection.Parse([]string{kind})
	if err != nil {
		return nil, cobra.ShellCompDirectiveNoFileComp
	}
	c, namespace, err := f.cluster.client()
	if err != nil {
		return nil, cobra.ShellCompDirectiveError
	}
	objects, err := plugin.Find(command.Context(), c, namespace, selected)
	if err != nil {
		return nil, cobra.ShellCompDirectiveError
	}
	var names []string
	for _, object := range objects {
		names = append(names, prefix+object.GetName())
	}
	return names, cobra.ShellCompDirectiveNoFileComp
}

func (f *objectFlags) completeNamespace(command *cobra.Command, _ []string, _ string) ([]string, cobra.ShellCompDirective) {
	c, _, err := f.cluster.client()
	if err != nil {
		return nil, cobra.ShellCompDirectiveError
	}
	var namespaces corev1.NamespaceList
	if err := c.List(command.Context(), &namespaces); err != nil {
		return nil, cobra.ShellCompDirectiveError
	}
	var names []string
	for _, namespace := range namespaces.Items {
		names = append(names, namespace.Name)
	}
	return names, cobra.ShellCompDirectiveNoFileComp
}

// find returns the objects that the arguments name, and a client of their cluster.
func (f *objectFlags) find(ctx context.Context, arguments []string) (client.Client, []plugin.Object, error) {
	selected, err := selection.ParseNames(arguments)
	if err != nil {
		return nil, nil, err
	}
	c, namespace, err := f.cluster.reach(selected, f.allNamespaces)
	if err != nil {
		return nil, nil, err
	}
	objects, err := plugin.Find(ctx, c, namespace, selected)
	return c, objects, err
}
