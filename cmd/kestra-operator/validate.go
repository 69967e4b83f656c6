package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/kestra-operator/kestra-operator/cmd/kestra-operator/internal/config"
	"github.com/kestra-operator/kestra-operator/cmd/kestra-operator/internal/policy"
	"github.com/kestra-operator/kestra-operator/cmd/kestra-operator/internal/terminal"
	"github.com/kestra-operator/kestra-operator/cmd/kestra-operator/internal/validate"
	"github.com/kestra-operator/kestra-operator/controllers/verdict"
	"github.com/kestra-operator/kestra-operator/schemas/flow"
)

const validateHelp = `Judge flows and manifests with the same rules as admission, without a cluster.

Arguments are files, folders (searched for *.yaml and *.yml), patterns ("**" stands for any folders), or - for
standard input. A file holds one raw flow, or Kubernetes manifests: KestraFlow, KestraKeyValue and
KestraNamespaceFile are judged as the API server and admission do, lists of them too, other kinds are skipped.

With --server the flow schema and the verdict are those of that Kestra; its credentials come from the
environment, as for the command "run".

Exit code: 0 when everything is accepted, 1 when something is refused, 2 when an argument is wrong, a file
cannot be read or standard input is empty.`

const validateExample = `  kestra-operator validate flows/
  kestra-operator validate --kestra-version 2.0 -o json flows/*.yaml
  kestra-operator validate 'flows/**/*.yaml' --target-policy policy.yaml
  kubectl kustomize . | kestra-operator validate -
  helm template release chart/ | kestra-operator validate -`

// validateOptions are the flags of the command "validate".
type validateOptions struct {
	output string
	target target
	policy string
	strict bool
	fix    bool
}

func newValidateCommand() *cobra.Command {
	var options validateOptions
	command := &cobra.Command{
		Use:     "validate [file | folder | pattern | -]...",
		Short:   "Judge flows and manifests without a cluster",
		Long:    validateHelp,
		Example: validateExample,
		RunE: func(command *cobra.Command, arguments []string) error {
			if len(arguments) == 0 {
				return errors.New("nothing to validate: name files, folders or patterns, or - for standard input")
			}
			return options.run(command, arguments)
		},
	}
	flags := command.Flags()
	flags.StringVarP(&options.output, "output", "o", "text", "format of the report: "+strings.Join(formatNames(), ", "))
	offer(command, "output", formatNames()...)
	flags.StringVar(&options.policy, "target-policy", "", "file with the operator's policy: which Kubernetes namespaces may write which tenants and namespaces of Kestra")
	flags.BoolVar(&options.strict, "strict", false, "refuse what has a warning")
	flags.BoolVar(&options.fix, "fix", false, "set the label system.readOnly in the files first, every other byte left as it is")
	options.target.bind(flags)
	return command
}

func (o *validateOptions) run(command *cobra.Command, arguments []string) error {
	write, known := formats[o.output]
	if !known {
		return fmt.Errorf("--output %q: want one of %s", o.output, strings.Join(formatNames(), ", "))
	}
	judge, err := o.judge(command.Context())
	if err != nil {
		return err
	}
	if o.fix {
		if err := fix(arguments, command.ErrOrStderr()); err != nil {
			return err
		}
	}
	report := validate.Run(arguments, command.InOrStdin(), judge)
	if err := write(command.OutOrStdout(), report); err != nil {
		return fmt.Errorf("print the report: %w", err)
	}
	switch {
	case len(report.Unreadable) > 0:
		return errors.Join(report.Unreadable...)
	case report.Refused():
		return exitError{code: exitRefused}
	}
	return nil
}

func (o *validateOptions) judge(ctx context.Context) (validate.Judge, error) {
	catalog, err := o.target.catalog(ctx)
	if err != nil {
		return validate.Judge{}, err
	}
	judge := validate.Judge{Catalog: catalog, Strict: o.strict, DefaultTenant: o.target.tenant}
	if o.policy != "" {
		if judge.Policy, err = readPolicy(o.policy); err != nil {
			return validate.Judge{}, err
		}
	}
	if o.target.server == "" {
		return judge, nil
	}
	server, err := o.target.client(config.ProcessEnvironment())
	if err != nil {
		return validate.Judge{}, err
	}
	checker := verdict.New(server, 0)
	judge.Ask = func(tenant string, source []byte) ([]flow.Finding, error) {
		if tenant == "" {
			tenant = o.target.tenant
		}
		return checker.CheckFlow(ctx, tenant, source)
	}
	return judge, nil
}

// readPolicy reads the file of the flag --target-policy.
func readPolicy(name string) (*policy.Policy, error) {
	text, err := os.ReadFile(name)
	if err != nil {
		return nil, fmt.Errorf("--target-policy: %w", err)
	}
	rules, err := policy.Parse(text)
	if err != nil {
		return nil, fmt.Errorf("--target-policy %s: %w", name, err)
	}
	return rules, nil
}

// fix sets the label in files and says which ones were changed.
func fix(arguments []string, out io.Writer) error {
	changed, problems := validate.Fix(arguments)
	for _, name := range changed {
		_, _ = fmt.Fprintln(out, "fixed", name) // the report that follows is what counts
	}
	return errors.Join(problems...)
}

// formats are the ways to print a report, by name.
var formats = map[string]func(io.Writer, validate.Report) error{
	"text": func(out io.Writer, report validate.Report) error {
		return validate.WriteText(out, report, terminal.StyleOf(out))
	},
	"json":   validate.WriteJSON,
	"github": validate.WriteGitHub,
	"junit":  validate.WriteJUnit,
	"sarif": func(out io.Writer, report validate.Report) error {
		return validate.WriteSARIF(out, report, version)
	},
}

func formatNames() []string {
	names := make([]string, 0, len(formats))
	for name := range formats {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}
