package main

import (
	"fmt"

	"github.com/spf13/cobra"

	"github.com/kestra-operator/kestra-operator/cmd/kestra-operator/internal/generate"
	"github.com/kestra-operator/kestra-operator/cmd/kestra-operator/internal/manifest"
)

const generateHelp = `Write manifests of files on disk, without a cluster and without Kestra.

The same folder makes the same manifests. An object is called after its Kestra namespace and its file or flow;
where two would be called the same, each gets a hash. Files of the output are overwritten; the kustomization
lists exactly what was written. Links are not followed.

Exit code: 0 when everything was written, 1 when a file was left out (the reasons are on standard error, the
rest is written), 2 when an argument is wrong.`

const generateFilesHelp = `Write a KestraNamespaceFile for each file below a folder, under its path from there.

Text stands in spec.content, anything else in spec.binaryContent. A file of more than --inline-limit bytes goes
to a ConfigMap of its own, which the object refers to: client-side "kubectl apply" keeps a second copy of an
object in an annotation, and annotations end at 256 KiB. Reading ConfigMaps takes an operator that runs with
--value-from, and a ConfigMap of more than about 256 KiB takes "kubectl apply --server-side". Files of more
than 1 MiB, which no object can hold, are left out.`

const generateFlowsHelp = `Write a KestraFlow for each *.yaml and *.yml below a folder. Id and namespace are the source's own, and the
source is kept byte for byte.

No flow is judged here: pipe the output to "kestra-operator validate -".`

// outputFlags are those of every command that writes manifests.
type outputFlags struct {
	kubernetesNamespace string
	output              string
}

func (f *outputFlags) bind(command *cobra.Command, output string) {
	flags := command.Flags()
	flags.StringVar(&f.kubernetesNamespace, "kubernetes-namespace", "", "Kubernetes namespace of the objects; that of whoever applies them when empty")
	flags.StringVarP(&f.output, "output", "o", output, "folder to write one file for each object to, with a kustomization; - for standard output")
}

// write renders the items.
func (f *outputFlags) write(command *cobra.Command, items []manifest.Item) error {
	files, err := manifest.Render(items, f.kubernetesNamespace)
	if err != nil {
		return exitError{code: exitRefused, cause: err}
	}
	if err := manifest.Write(files, f.output, command.OutOrStdout()); err != nil {
		return exitError{code: exitRefused, cause: err}
	}
	return nil
}

// tell says on standard error what was left out.
func tell(command *cobra.Command, left []error) error {
	for _, reason := range left {
		_, _ = fmt.Fprintln(command.ErrOrStderr(), reason) // nowhere else to say so
	}
	if len(left) > 0 {
		return exitError{code: exitRefused}
	}
	return nil
}

func newGenerateCommand() *cobra.Command {
	command := &cobra.Command{
		Use:   "generate",
		Short: "Write manifests of files on disk",
		Long:  generateHelp,
		Args:  cobra.NoArgs,
		RunE:  func(command *cobra.Command, _ []string) error { return command.Help() },
	}
	command.AddCommand(newGenerateFilesCommand(), newGenerateFlowsCommand())
	return command
}

func newGenerateFilesCommand() *cobra.Command {
	var options generate.FileOptions
	var output outputFlags
	command := &cobra.Command{
		Use:     "files FOLDER --namespace KESTRA-NAMESPACE",
		Short:   "Write a KestraNamespaceFile for each file of a folder",
		Long:    generateFilesHelp,
		Example: "  kestra-operator generate files scripts/ --namespace company.team -o manifests/",
		Args:    cobra.ExactArgs(1),
		RunE: func(command *cobra.Command, arguments []string) error {
			if err := manifest.CheckPlace(options.Tenant, options.Namespace); err != nil {
				return fmt.Errorf("--namespace, --tenant: %w", err)
			}
			items, left, err := generate.Files(arguments[0], options)
			if err != nil {
				return err
			}
			if err := output.write(command, items); err != nil {
				return err
			}
			return tell(command, left)
		},
	}
	flags := command.Flags()
	flags.StringVar(&options.Namespace, "namespace", "", "namespace of the files in Kestra")
	flags.StringVar(&options.Tenant, "tenant", "", "tenant of the files in Kestra; the operator's default one when empty")
	flags.IntVar(&options.InlineLimit, "inline-limit", manifest.DefaultInlineLimit, "longest content that stands in its object, in bytes; longer ones get a ConfigMap")
	flags.StringSliceVar(&options.Exclude, "exclude", []string{".git"}, "patterns of files and folders to leave out, by name or by path")
	output.bind(command, manifest.Stdout)
	_ = command.MarkFlagRequired("namespace") // it is declared above
	return command
}

func newGenerateFlowsCommand() *cobra.Command {
	var options generate.FlowOptions
	var output outputFlags
	command := &cobra.Command{
		Use:     "flows FOLDER",
		Short:   "Write a KestraFlow for each flow file of a folder",
		Long:    generateFlowsHelp,
		Example: "  kestra-operator generate flows flows/ | kestra-operator validate -",
		Args:    cobra.ExactArgs(1),
		RunE: func(command *cobra.Command, arguments []string) error {
			if err := manifest.CheckPlace(options.Tenant, "any"); err != nil {
				return fmt.Errorf("--tenant: %w", err)
			}
			items, left, err := generate.Flows(arguments[0], options)
			if err != nil {
				return err
			}
			if err := output.write(command, items); err != nil {
				return err
			}
			return tell(command, left)
		},
	}
	flags := command.Flags()
	flags.StringVar(&options.Tenant, "tenant", "", "tenant of the flows in Kestra; the operator's default one when empty")
	flags.StringSliceVar(&options.Exclude, "exclude", []string{".git"}, "patterns of files and folders to leave out, by name or by path")
	output.bind(command, manifest.Stdout)
	return command
}
