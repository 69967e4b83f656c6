package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/spf13/cobra"

	"github.com/kestra-operator/kestra-operator/cmd/kestra-operator/internal/config"
	"github.com/kestra-operator/kestra-operator/cmd/kestra-operator/internal/export"
	"github.com/kestra-operator/kestra-operator/cmd/kestra-operator/internal/manifest"
)

const exportHelp = `Write manifests of what a Kestra server holds, one file for each flow, key-value and namespace file, with a
kustomization. Credentials come from the environment, as for the command "run". Kestra is only read.

Applying them ("kubectl apply --server-side -k DIR"; client-side apply ends at 256 KiB an object) changes nothing
in Kestra, with these exceptions, each counted at the end of the export:
  - A flow without the label system.readOnly gets it, and with it one new revision, from an operator in any mode
    of --read-only-label but "off". Sources are written byte for byte; --add-label writes the label into them,
    which an operator in mode "deny" asks for.
  - What admission would refuse is written but not listed in the kustomization. Mend it and list it.

Values of key-values, by --values:
  reference  text, numbers and JSON are left to a Secret that you make: nothing secret is written. Until it is
             made, the operator leaves the entry as it is. Other types hold no secret and stand in the object.
  secret     these Secrets are written too, to secrets/, readable by you alone. Keep them out of git.
  inline     every value stands in its object.
Descriptions and times to live are in the manifests, and a remark says when an entry ends.

References to Secrets, and to the ConfigMaps of files above --inline-limit, take an operator with --value-from.
Files of more than 1 MiB are left out. Files are looked for in the namespaces that have flows or key-values, in
those above, and in those of --namespace.

From Terraform: with --from-terraform, the output of "terraform state pull", only what Terraform manages is
exported: as the server has it with --server, and as Terraform last saw it without. Then hand it over: apply the
manifests; wait until they are Ready; run the "terraform state rm" commands that the export prints, which make
Terraform forget its resources and leave Kestra alone; remove them from the configuration. In this order, and
without an apply of Terraform in between, nothing is ever deleted in Kestra: an apply without the resources
but with their state would delete them.

Exit code: 0 when everything is in the kustomization, 1 when something is not or the server failed, 2 when an
argument is wrong.`

const exportExample = `  kestra-operator export --server http://kestra:8080 --namespace company.team -o manifests/
  terraform state pull | kestra-operator export --server http://kestra:8080 --from-terraform - -o manifests/`

// exportFlags are the flags of the command "export".
type exportFlags struct {
	options   export.Options
	output    outputFlags
	kestra    target
	terraform string
	values    string
	kinds     []string
}

func newExportCommand() *cobra.Command {
	var f exportFlags
	command := &cobra.Command{
		Use:     "export --server URL -o FOLDER",
		Short:   "Write manifests of what a Kestra server or a Terraform state holds",
		Long:    exportHelp,
		Example: exportExample,
		Args:    cobra.NoArgs,
		RunE:    func(command *cobra.Command, _ []string) error { return f.run(command) },
	}
	flags := command.Flags()
	flags.StringVar(&f.kestra.server, "server", "", "URL of the Kestra server")
	flags.StringVar(&f.terraform, "from-terraform", "", "file with a Terraform state, or - for standard input: export what it manages")
	flags.StringVar(&f.options.Tenant, "tenant", "", "tenant to export; the default one when empty")
	flags.StringVar(&f.options.DefaultTenant, "default-tenant", "main", "the operator's default tenant, which manifests need not name")
	flags.StringSliceVar(&f.options.Namespaces, "namespace", nil, "namespaces in Kestra, each with those below it; all of them when empty")
	flags.StringSliceVar(&f.kinds, "kinds", kindNames(), "what to export")
	flags.StringVar(&f.values, "values", string(manifest.ValuesReference), "where values of key-values go: reference, secret, inline")
	flags.IntVar(&f.options.InlineLimit, "inline-limit", manifest.DefaultInlineLimit, "longest content of a file that stands in its object, in bytes; longer ones get a ConfigMap")
	flags.BoolVar(&f.options.ReadOnlyLabel, "add-label", false, "write the label system.readOnly into the flows that lack it")
	offer(command, "values", string(manifest.ValuesReference), string(manifest.ValuesSecret), string(manifest.ValuesInline))
	offer(command, "kinds", kindNames()...)
	f.output.bind(command, "")
	command.MarkFlagsOneRequired("server", "from-terraform")
	_ = command.MarkFlagRequired("output") // it is declared above
	return command
}

func kindNames() []string {
	var names []string
	for _, kind := range export.Kinds {
		names = append(names, string(kind))
	}
	return names
}

func (f *exportFlags) run(command *cobra.Command) error {
	if err := f.check(); err != nil {
		return err
	}
	managed, err := f.managed(command.InOrStdin())
	if err != nil {
		return err
	}
	result, err := f.collect(command.Context(), managed, command.ErrOrStderr())
	if err != nil {
		return err
	}
	if err := f.output.write(command, result.Items); err != nil {
		return err
	}
	f.advise(command.ErrOrStderr(), result, managed)
	return tell(command, result.Left)
}

// check reads the flags that are more than text.
func (f *exportFlags) check() (err error) {
	if f.options.Values, err = manifest.ParseValues(f.values); err != nil {
		return fmt.Errorf("--values %w", err)
	}
	for _, name := range f.kinds {
		kind, err := export.ParseKind(name)
		if err != nil {
			return fmt.Errorf("--kinds %w", err)
		}
		f.options.Kinds = append(f.options.Kinds, kind)
	}
	for _, namespace := range append([]string{"any"}, f.options.Namespaces...) {
		if err := manifest.CheckPlace(f.options.Tenant, namespace); err != nil {
			return fmt.Errorf("--tenant, --namespace: %w", err)
		}
	}
	return nil
}

// managed is what the Terraform state manages; nil without one.
func (f *exportFlags) managed(stdin io.Reader) ([]export.Managed, error) {
	if f.terraform == "" {
		return nil, nil
	}
	in := stdin
	if f.terraform != "-" {
		file, err := os.Open(f.terraform)
		if err != nil {
			return nil, fmt.Errorf("--from-terraform: %w", err)
		}
		defer func() { _ = file.Close() }() // opened for reading
		in = file
	}
	managed, err := export.ReadTerraform(in, f.options.DefaultTenant)
	if err == nil && len(managed) == 0 {
		err = errors.New("--from-terraform: the state manages no flow, key-value or file of Kestra")
	}
	return managed, err
}

func (f *exportFlags) collect(ctx context.Context, managed []export.Managed, notes io.Writer) (export.Result, error) {
	if f.kestra.server == "" {
		return export.FromTerraform(managed, f.options), nil
	}
	if f.options.Tenant == "" {
		f.options.Tenant = f.options.DefaultTenant
	}
	if managed != nil {
		f.options.Only = export.References(managed)
	}
	server, err := f.kestra.client(config.ProcessEnvironment())
	if err != nil {
		return export.Result{}, err
	}
	defer server.Close()
	if f.options.Catalog, err = f.kestra.catalog(ctx); err != nil {
		_, _ = fmt.Fprintf(notes, "flows are judged by the built-in catalog: %v\n", err) // admission has the last word
	}
	result, err := export.FromServer(ctx, server, f.options)
	if err != nil {
		err = exitError{code: exitRefused, cause: err}
	}
	return result, err
}

// advise says what the manifests do not show.
func (f *exportFlags) advise(out io.Writer, result export.Result, managed []export.Managed) {
	say := func(format string, arguments ...any) { _, _ = fmt.Fprintf(out, format+"\n", arguments...) } // the manifests are what counts
	say("exported: %d", len(result.Items))
	if len(result.Items) == 0 && len(result.Left) == 0 {
		say("nothing was found: check --namespace and --kinds, and what the credentials may see")
	}
	if n := result.Unlabelled; n > 0 {
		say("flows without the label system.readOnly: %d; unless its mode is off, the operator adds it, which is one new revision of each", n)
	}
	if n := result.Referring; n > 0 && f.options.Values == manifest.ValuesReference {
		say("key-values whose Secret is yet to be made: %d; each manifest says how", n)
	}
	if managed == nil {
		return
	}
	commands, stay := export.Handover(managed, f.options, result)
	if len(commands) > 0 {
		say("Once the objects are Ready, let Terraform forget its resources:")
	}
	for _, line := range commands {
		say("%s", line)
	}
	if stay > 0 {
		say("resources that stay Terraform's, since they are not in the kustomization: %d", stay)
	}
}
