package chart

import (
	"context"
	"fmt"
	"os/exec"
	"path/filepath"
	"regexp"
	"sync"
	"testing"

	corev1 "k8s.io/api/core/v1"

	"github.com/kestra-operator/kestra-operator/test/cluster"
	"github.com/kestra-operator/kestra-operator/test/process"
)

// operatorBinary is the operator itself, compiled.
var operatorBinary = sync.OnceValues(func() (string, error) {
	binary := filepath.Join(scratch, "kestra-operator")
	return binary, process.Build(context.Background(), binary)
})

// operatorFlags asks the operator which flags its command "run" has.
var operatorFlags = sync.OnceValues(func() (map[string]bool, error) {
	binary, err := operatorBinary()
	if err != nil {
		return nil, err
	}
	help, err := exec.Command(binary, "run", "--help").CombinedOutput()
	if err != nil {
		return nil, fmt.Errorf("kestra-operator run --help: %w\n%s", err, help)
	}
	flags := map[string]bool{}
	for _, match := range regexp.MustCompile(`(?m)^\s+(?:-\w, )?--([a-z0-9-]+)`).FindAllSubmatch(help, -1) {
		flags[string(match[1])] = true
	}
	if len(flags) == 0 {
		return nil, fmt.Errorf("kestra-operator run --help lists no flags:\n%s", help)
	}
	return flags, nil
})

func knownFlags(t testing.TB) map[string]bool {
	t.Helper()
	flags, err := operatorFlags()
	if err != nil {
		t.Fatal(err)
	}
	return flags
}

// running is an operator that runs as a rendered Deployment says.
type running struct {
	*process.Process
	probes string
}

// startOperator runs the operator as a rendering's pod would run, and waits until it is ready. It stops with the test.
// More arguments win over the rendering's.
func startOperator(t *testing.T, plane *cluster.ControlPlane, r rendering, serviceIP string, more ...string) running {
	t.Helper()
	operator := launchOperator(t, plane, r, serviceIP, nil, more...)
	t.Cleanup(func() {
		if err := operator.Stop(); err != nil {
			t.Errorf("the operator did not stop well: %v\n%s", err, operator.LogTail())
		}
	})
	if err := operator.Await(t.Context(), pollInterval, pollTimeout, "it is ready", func(ctx context.Context) error { return process.Ready(ctx, operator.probes) }); err != nil {
		t.Fatal(err)
	}
	return operator
}

// launchOperator starts the operator as a rendering's pod would start: with its arguments, its environment and more of it,
// and its service account. It listens on its Service's cluster IP, which is an address of this machine, instead of a pod's.
func launchOperator(t *testing.T, plane *cluster.ControlPlane, r rendering, serviceIP string, more []string, arguments ...string) running {
	t.Helper()
	binary, err := operatorBinary()
	if err != nil {
		t.Fatal(err)
	}
	access, err := process.KubeconfigOf(plane, r.namespace, pod(t, r).ServiceAccountName)
	if err != nil {
		t.Fatal(err)
	}
	folder, probes, c := t.TempDir(), serviceIP+":8081", container(t, r)
	command := exec.Command(binary, append(c.Args,
		"--cert-dir="+filepath.Join(folder, "certs"), "--webhook-host="+serviceIP, "--webhook-port=443",
		"--metrics-bind-address=0", "--health-probe-bind-address="+probes)...)
	command.Args = append(command.Args, arguments...)
	command.Env = append(append(environment(t, r, c), "KUBECONFIG="+access, "HOME="+folder), more...)
	operator, err := process.StartCommand(command, filepath.Join(folder, "log"))
	if err != nil {
		t.Fatal(err)
	}
	return running{operator, probes}
}

// environment is what the kubelet would give a container.
func environment(t *testing.T, r rendering, c corev1.Container) (variables []string) {
	t.Helper()
	for _, v := range c.Env {
		value := v.Value
		switch from := v.ValueFrom; {
		case from == nil:
		case from.FieldRef != nil:
			value = r.namespace
		case from.SecretKeyRef != nil:
			value = named[*corev1.Secret](t, r, from.SecretKeyRef.Name).StringData[from.SecretKeyRef.Key]
		}
		variables = append(variables, v.Name+"="+value)
	}
	return variables
}
