package chart

import (
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"syscall"
	"testing"

	corev1 "k8s.io/api/core/v1"

	"github.com/kestra-operator/kestra-operator/test/cluster"
)

// operatorBinary is the operator itself, compiled.
var operatorBinary = sync.OnceValues(func() (string, error) {
	binary := filepath.Join(scratch, "kestra-operator")
	if output, err := exec.Command("go", "build", "-o", binary, "../../cmd/kestra-operator").CombinedOutput(); err != nil {
		return "", fmt.Errorf("build the operator: %w\n%s", err, output)
	}
	return binary, nil
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

// process is an operator that runs as a rendered Deployment says.
type process struct {
	probes string
	log    string
}

// startOperator runs the operator as a rendering's pod would run: its arguments, its environment, its service account.
// It listens on this machine's addresses instead of a pod's, and stands behind its Service by the cluster IP. More
// arguments win over these.
func startOperator(t *testing.T, plane *cluster.ControlPlane, r rendering, serviceIP string, more ...string) process {
	t.Helper()
	binary, err := operatorBinary()
	if err != nil {
		t.Fatal(err)
	}
	account := "system:serviceaccount:" + r.namespace + ":" + pod(t, r).ServiceAccountName
	access, err := plane.KubeconfigFor(account, "system:serviceaccounts", "system:serviceaccounts:"+r.namespace)
	if err != nil {
		t.Fatal(err)
	}
	folder := t.TempDir()
	p := process{probes: freeAddress(t), log: filepath.Join(folder, "log")}
	c := container(t, r)
	command := exec.Command(binary, append(c.Args,
		"--cert-dir="+filepath.Join(folder, "certs"), "--webhook-host="+serviceIP, "--webhook-port=443",
		"--metrics-bind-address=0", "--health-probe-bind-address="+p.probes)...)
	command.Args = append(command.Args, more...)
	command.Env = append(environment(t, r, c), "KUBECONFIG="+access, "HOME="+folder)
	log, err := os.Create(p.log)
	if err != nil {
		t.Fatal(err)
	}
	command.Stdout, command.Stderr = log, log
	command.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL} // nothing outlives a killed test
	if err := command.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = command.Process.Signal(syscall.SIGTERM)
		if err := command.Wait(); err != nil {
			t.Errorf("the operator did not stop well: %v\n%s", err, p.text(t))
		}
		_ = log.Close()
	})
	return p
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

// ready is true when the operator says that it is.
func (p process) ready() bool {
	response, err := http.Get("http://" + p.probes + "/readyz")
	if err != nil {
		return false
	}
	_ = response.Body.Close()
	return response.StatusCode == http.StatusOK
}

// text is what the operator has logged.
func (p process) text(t testing.TB) string {
	t.Helper()
	text, err := os.ReadFile(p.log)
	if err != nil {
		t.Fatal(err)
	}
	return strings.TrimSpace(string(text))
}

func freeAddress(t testing.TB) string {
	t.Helper()
	var config net.ListenConfig
	listener, err := config.Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = listener.Close() }()
	return listener.Addr().String()
}
