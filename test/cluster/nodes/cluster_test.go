package nodes_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"k8s.io/apimachinery/pkg/util/wait"

	"github.com/kestra-operator/kestra-operator/test/cluster/internal/processes"
	"github.com/kestra-operator/kestra-operator/test/cluster/nodes"
)

func TestACluster(t *testing.T) {
	c := nodes.StartForTest(t, nodes.Options{Nodes: 2})
	repository, tag, err := c.PushImage(t.Context(), "client", compile(t, "./testdata/client"))
	if err != nil {
		t.Fatal(err)
	}
	// CoreDNS runs on one of them only: the other's pod has to find it there.
	for _, node := range []string{"node-0", "node-1"} {
		t.Run("runs a pod on "+node+" that finds the API server by the name of its Service", func(t *testing.T) {
			pod := "client-on-" + node
			kubectl(t, c, "run", pod, "--image="+repository+":"+tag, "--restart=Never", `--overrides={"spec":{"nodeName":"`+node+`"}}`)
			kubectl(t, c, "wait", "pod/"+pod, "--for=jsonpath={.status.phase}=Succeeded", "--timeout=60s")
			if log := kubectl(t, c, "logs", pod); !strings.Contains(log, `"gitVersion": "v1.`) {
				t.Errorf("the pod's log is not a version: %s", log)
			}
		})
	}
	t.Run("lets this machine reach a Service at its cluster IP", func(t *testing.T) {
		dns := kubectl(t, c, "get", "service", "kube-dns", "-n", "kube-system", "-o", "jsonpath={.spec.clusterIP}")
		resolver := net.Resolver{PreferGo: true, Dial: func(ctx context.Context, network, _ string) (net.Conn, error) {
			return new(net.Dialer).DialContext(ctx, network, net.JoinHostPort(dns, "53"))
		}}
		addresses, err := resolver.LookupHost(t.Context(), "kubernetes.default.svc.cluster.local")
		if err != nil || len(addresses) != 1 {
			t.Errorf("look up the API server's Service: %v, %v", addresses, err)
		}
	})
	t.Run("runs cert-manager, which issues certificates", func(t *testing.T) {
		if err := c.InstallCertManager(t.Context()); err != nil {
			t.Fatal(err)
		}
		if err := c.Apply(t.Context(), strings.NewReader(selfSigned)); err != nil {
			t.Fatal(err)
		}
		kubectl(t, c, "wait", "certificate/example", "--for=condition=Ready", "--timeout=60s")
	})
	t.Run("knows the release that Helm installed", func(t *testing.T) {
		output, err := c.Helm(t.Context(), "status", "cert-manager", "--namespace=cert-manager", "-o=json")
		if err != nil || !strings.Contains(output, `"status":"deployed"`) {
			t.Errorf("helm status: %v\n%s", err, output)
		}
	})
	t.Run("moves the pods of a drained node to the other", func(t *testing.T) {
		kubectl(t, c, "drain", "node-1", "--force", "--ignore-daemonsets", "--delete-emptydir-data", "--timeout=90s")
		kubectl(t, c, "wait", "deployment", "--all", "--all-namespaces", "--for=condition=Available", "--timeout=90s")
		left := kubectl(t, c, "get", "pods", "--all-namespaces", "--field-selector=spec.nodeName=node-1", "-o", "name")
		if left != "" {
			t.Errorf("still on the drained node: %s", left)
		}
	})
}

const selfSigned = `
apiVersion: cert-manager.io/v1
kind: Issuer
metadata: {name: self-signed, namespace: default}
spec: {selfSigned: {}}
---
apiVersion: cert-manager.io/v1
kind: Certificate
metadata: {name: example, namespace: default}
spec: {secretName: example, dnsNames: [example.com], issuerRef: {name: self-signed}}
`

func TestAKilledOwnerTakesItsClusterWithIt(t *testing.T) {
	nodes.SkipUnlessWanted(t)
	owner := exec.CommandContext(t.Context(), os.Args[0])
	owner.Env = append(os.Environ(), ownerVariable+"=1")
	owner.Stderr = os.Stderr
	stdout, err := owner.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := owner.Start(); err != nil {
		t.Fatal(err)
	}
	line, err := bufio.NewReader(stdout).ReadString('\n')
	if err != nil {
		t.Fatal(err)
	}
	dir, address, _ := strings.Cut(strings.TrimSpace(line), " ")
	if len(processes.Mentioning(dir)) == 0 {
		t.Error("no process of the node found while its owner lives")
	}
	_ = owner.Process.Kill()
	_ = owner.Wait()
	eventually(t, "no process is left", func() error {
		if running := processes.Mentioning(dir); len(running) > 0 {
			return fmt.Errorf("still running: %q", running)
		}
		return nil
	})
	eventually(t, "no network interface is left", func() error {
		addresses, err := net.InterfaceAddrs()
		if err == nil && strings.Contains(fmt.Sprint(addresses), address+"/") {
			err = fmt.Errorf("%s is still among %v", address, addresses)
		}
		return err
	})
	nodes.StartForTest(t, nodes.Options{})
	cgroups, err := filepath.Glob("/sys/fs/cgroup/*/kestra-operator-" + filepath.Base(dir))
	if err != nil || len(cgroups) > 0 {
		t.Errorf("left after the next start: %q, %v", cgroups, err)
	}
	if _, err := os.Stat(dir); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("the killed owner's folder is still there after the next start: %v", err)
	}
}

// compile builds a static binary.
func compile(t *testing.T, pkg string) string {
	t.Helper()
	binary := filepath.Join(t.TempDir(), filepath.Base(pkg))
	cmd := exec.CommandContext(t.Context(), "go", "build", "-o", binary, pkg)
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0")
	if output, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%s: %v\n%s", cmd, err, output)
	}
	return binary
}

func kubectl(t *testing.T, c *nodes.Cluster, arguments ...string) string {
	t.Helper()
	output, err := c.Kubectl(t.Context(), arguments...)
	if err != nil {
		t.Fatal(err)
	}
	return output
}

// eventually retries until it works, for half a minute.
func eventually(t *testing.T, what string, try func() error) {
	t.Helper()
	var last error
	err := wait.PollUntilContextTimeout(t.Context(), 50*time.Millisecond, 30*time.Second, true, func(context.Context) (bool, error) {
		last = try()
		return last == nil, nil
	})
	if err != nil {
		t.Errorf("%s: %v: %v", what, err, last)
	}
}
