package faults_test

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"k8s.io/client-go/tools/clientcmd"
	clientcmdapi "k8s.io/client-go/tools/clientcmd/api"

	"github.com/kestra-operator/kestra-operator/test/faults"
	"github.com/kestra-operator/kestra-operator/test/process"
)

// program is the operator's own program, whose calls pass the proxies of an operator.
type program struct {
	binary      string
	arguments   []string
	environment []string
}

// built is the folder of the program, removed after the tests.
var built string

// buildProgram compiles the program once.
var buildProgram = sync.OnceValues(func() (string, error) {
	folder, err := os.MkdirTemp("", "faults-")
	if err != nil {
		return "", err
	}
	built = folder
	binary := filepath.Join(folder, "kestra-operator")
	return binary, process.Build(context.Background(), binary)
})

func newProgram(t *testing.T, o *operator) (*program, error) {
	t.Helper()
	binary, err := buildProgram()
	if err != nil {
		return nil, err
	}
	folder := t.TempDir()
	access := clientcmdapi.NewConfig()
	access.Clusters["proxy"] = &clientcmdapi.Cluster{Server: o.toAPI.URL()}
	access.Contexts["proxy"] = &clientcmdapi.Context{Cluster: "proxy"}
	access.CurrentContext = "proxy"
	file := filepath.Join(folder, "kubeconfig")
	if err := clientcmd.WriteToFile(*access, file); err != nil {
		return nil, err
	}
	return &program{
		binary: binary,
		arguments: []string{
			"run", "--kestra-url=" + o.toKestra.URL(), "--kestra-version=1.3", "--kestra-timeout=" + patience.String(),
			"--namespace=" + o.namespace, "--watch-namespaces=" + o.namespace, "--name=faults", "--crds=none", "--leader-elect=false",
			"--interval=1h", "--metrics-bind-address=0", "--health-probe-bind-address=" + nextAddress() + ":8080",
			"--webhook-host=" + nextAddress(), "--cert-dir=" + filepath.Join(folder, "certs"),
		},
		environment: append(os.Environ(), "KUBECONFIG="+file, "HOME="+folder,
			process.BasicAuth(o.credentials)),
	}, nil
}

// run starts the program again whenever it ends, until it is killed.
func (p *program) run(ctx context.Context) {
	for ctx.Err() == nil {
		command := exec.CommandContext(ctx, p.binary, p.arguments...)
		command.Env = p.environment
		command.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL} // nothing outlives a killed test
		output, _ := command.CombinedOutput()
		if ctx.Err() == nil {
			note("the program ended: %s", output)
		}
		select {
		case <-ctx.Done():
		case <-time.After(100 * time.Millisecond):
		}
	}
}

// watches is true once the program watches every kind.
func (p *program) watches(calls []faults.Call) bool {
	kinds := map[string]bool{}
	for _, call := range calls {
		if call.Stream && strings.HasPrefix(call.Name, "WATCH kestra") {
			kinds[call.Name] = true
		}
	}
	return len(kinds) == 3
}
