package main

import (
	"time"

	"github.com/spf13/cobra"
	"k8s.io/client-go/rest"

	"github.com/kestra-operator/kestra-operator/cmd/kestra-operator/internal/config"
	"github.com/kestra-operator/kestra-operator/cmd/kestra-operator/internal/doctor"
	"github.com/kestra-operator/kestra-operator/cmd/kestra-operator/internal/terminal"
)

const doctorHelp = `Examine the operator's installation, and say for each thing that is wrong what to do next.

It looks at the cluster and its clock, the definitions, the webhook configurations with their Services and
certificates, the operator's replicas, lease, configuration, credentials and rights, other operators that keep
the same objects, what the objects say, and Kestra: its answer, version and published vulnerabilities. One wrong
flow is applied in a dry run, which shows that the API server reaches the operator. Nothing is written.

Kestra is asked from here when --server or KESTRA_API_URL name it, with the credentials of the environment.
What you may not look at is skipped and said.

Exit code: 0 when nothing failed (there may be warnings), 1 when something failed, 2 when an argument is wrong.`

func newDoctorCommand() *cobra.Command {
	var cluster clusterFlags
	var output, server, tenant string
	command := &cobra.Command{
		Use:     "doctor",
		Short:   "Examine the installation, and say what to do about what is wrong",
		Long:    doctorHelp,
		Example: "  kubectl kestra doctor\n  kubectl kestra doctor --server http://127.0.0.1:8080 -o json",
		Args:    cobra.NoArgs,
		RunE: func(command *cobra.Command, _ []string) error {
			if err := checkOutput(output); err != nil {
				return err
			}
			access, _, err := cluster.access()
			if err != nil {
				return err
			}
			patient, err := patientOf(access, server, tenant)
			if err != nil {
				return err
			}
			findings, out := doctor.Examine(command.Context(), patient), command.OutOrStdout()
			if output == outputJSON {
				err = writeJSON(out, findings)
			} else {
				err = doctor.Write(out, findings, terminal.StyleOf(out))
			}
			if err == nil && doctor.Unwell(findings) {
				return exitError{code: exitRefused}
			}
			return err
		},
	}
	flags := command.Flags()
	cluster.bind(flags)
	bindOutput(command, &output)
	flags.StringVar(&server, "server", "", "URL of the Kestra server as it is reached from here (environment: KESTRA_API_URL)")
	flags.StringVar(&tenant, "default-tenant", "main", "tenant whose flows are listed to try the credentials")
	return command
}

// patientOf says what to examine. Without a Kestra server, the rest is.
func patientOf(access *rest.Config, server, tenant string) (doctor.Patient, error) {
	patient := doctor.Patient{Access: access, Tenant: tenant, Now: time.Now, KestraURL: server}
	var err error
	if patient.Cluster, err = newClusterClient(access); err != nil {
		return patient, err
	}
	if patient.KestraURL == "" {
		patient.KestraURL = config.ProcessEnvironment().Getenv(urlVariable)
	}
	if patient.KestraURL != "" {
		patient.Kestra, err = kestraFromHere(patient.KestraURL)
	}
	return patient, err
}
