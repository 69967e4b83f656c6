package process

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"github.com/kestra-operator/kestra-operator/test/cluster"
	devkestra "github.com/kestra-operator/kestra-operator/test/kestra"
)

const (
	readyTimeout = time.Minute
	readyPoll    = 50 * time.Millisecond
)

// InstallArguments are those of kubectl that apply what stands around the operator. The argument is the project's folder.
func InstallArguments(project string) []string {
	return []string{"apply", "--server-side", "-k", filepath.Join(project, "config", "self-managed")}
}

// Access is what an installed operator works with.
type Access struct {
	Namespace  string
	ServiceIP  string // the address of the webhooks' Service, on which the operator's own serve
	Kubeconfig string // of the operator's service account
}

// AccessOn reads the access that the installation in a namespace gives.
func AccessOn(ctx context.Context, plane *cluster.ControlPlane, namespace string) (Access, error) {
	ip, err := plane.Kubectl(ctx, "get", "service", "-n", namespace, ServiceName, "-o", "jsonpath={.spec.clusterIP}")
	if err != nil {
		return Access{}, err
	}
	kubeconfig, err := KubeconfigOf(plane, namespace, "kestra-operator")
	return Access{Namespace: namespace, ServiceIP: ip, Kubeconfig: kubeconfig}, err
}

// KubeconfigOf is one with the rights of a service account.
func KubeconfigOf(plane *cluster.ControlPlane, namespace, account string) (string, error) {
	const accounts = "system:serviceaccounts"
	return plane.KubeconfigFor("system:serviceaccount:"+namespace+":"+account, accounts, accounts+":"+namespace)
}

// BasicAuth are a development Kestra's credentials as the operator's environment has them, KEY=value.
func BasicAuth(credentials devkestra.Credentials) string {
	return "KESTRA_API_BASIC_AUTH=" + credentials.Username + ":" + credentials.Password
}

// Options for [Start].
type Options struct {
	Binary    string // the program
	Folder    string // for certificates and the log; the caller removes it
	Access    Access
	KestraURL string
	// Environment has the credentials for Kestra, as KEY=value.
	Environment []string
	// Arguments are added to those that the installation needs, and win over them.
	Arguments []string
}

// command is the line that Start runs.
func (o Options) command(probes string) []string {
	return append([]string{o.Binary, "run",
		"--kestra-url=" + o.KestraURL, "--namespace=" + o.Access.Namespace,
		"--crds=none", "--self-managed-certificates", "--cert-dir=" + filepath.Join(o.Folder, "certs"),
		"--webhook-host=" + o.Access.ServiceIP, "--webhook-port=443",
		"--metrics-bind-address=0", "--health-probe-bind-address=" + probes,
	}, o.Arguments...)
}

// Start runs the operator and waits until it is ready; the process is to be stopped even when there is an error. The
// function shown, when it is not nil, is told the command.
func Start(ctx context.Context, o Options, shown func(line string)) (*Process, error) {
	probes, err := freeAddress(ctx)
	if err != nil {
		return nil, err
	}
	line := o.command(probes)
	command := exec.Command(line[0], line[1:]...) // not bound to the context: what is interrupted stops it in order
	command.Env = append(append(os.Environ(), "KUBECONFIG="+o.Access.Kubeconfig, "HOME="+o.Folder), o.Environment...)
	if shown != nil {
		shown(strings.Join(line, " ") + " &")
	}
	process, err := StartCommand(command, filepath.Join(o.Folder, "operator.log"))
	if err != nil {
		return nil, err
	}
	return process, process.Await(ctx, readyPoll, readyTimeout, "it is ready", func(ctx context.Context) error { return Ready(ctx, probes) })
}
