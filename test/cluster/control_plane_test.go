package cluster_test

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/wait"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/rest"

	"github.com/kestra-operator/kestra-operator/test/cluster"
	"github.com/kestra-operator/kestra-operator/test/cluster/internal/processes"
)

func TestAControlPlaneServesKubectlAndLeavesNothingBehind(t *testing.T) {
	t.Parallel()
	plane, err := cluster.Start(t.Context(), cluster.Options{Log: os.Stderr})
	if err != nil {
		t.Fatal(err)
	}
	dir := filepath.Dir(plane.Kubeconfig())
	command := plane.KubectlCommand(t.Context(), "apply", "-f", "-")
	command.Stdin = strings.NewReader(`{"apiVersion":"v1","kind":"Namespace","metadata":{"name":"by-kubectl"}}`)
	if output, err := command.CombinedOutput(); err != nil {
		t.Errorf("apply a namespace: %v\n%s", err, output)
	}
	if output, err := plane.Kubectl(t.Context(), "get", "namespace", "by-kubectl", "-o", "name"); err != nil || output != "namespace/by-kubectl\n" {
		t.Errorf("get the namespace: %q, %v", output, err)
	}
	if running := processes.Mentioning(dir); len(running) != 2 {
		t.Errorf("want etcd and kube-apiserver to run, got %q", running)
	}
	if err := plane.Stop(); err != nil {
		t.Error(err)
	}
	if running := processes.Mentioning(dir); len(running) != 0 {
		t.Errorf("still running after Stop: %q", running)
	}
	if _, err := os.Stat(dir); !os.IsNotExist(err) {
		t.Errorf("the folder is still there after Stop: %v", err)
	}
}

func TestAUserMayDoWhatRBACGrants(t *testing.T) {
	t.Parallel()
	plane := cluster.StartForTest(t)
	for _, command := range []string{
		"create clusterrole reader --verb=list --resource=configmaps",
		"create clusterrolebinding readers --clusterrole=reader --group=readers",
	} {
		if _, err := plane.Kubectl(t.Context(), strings.Fields(command)...); err != nil {
			t.Fatal(err)
		}
	}
	config, err := plane.AddUser("jane", "readers")
	if err != nil {
		t.Fatal(err)
	}
	jane := clientFor(t, config).CoreV1().ConfigMaps("default")
	eventually(t, "a reader lists", func(ctx context.Context) error {
		_, err := jane.List(ctx, metav1.ListOptions{})
		return err
	})
	_, err = jane.Create(t.Context(), &corev1.ConfigMap{ObjectMeta: metav1.ObjectMeta{Name: "x"}}, metav1.CreateOptions{})
	if !apierrors.IsForbidden(err) {
		t.Errorf("a reader creates: want forbidden, got %v", err)
	}
}

func TestDataAndUsersOutliveAnOutageOfTheAPIServer(t *testing.T) {
	t.Parallel()
	plane := cluster.StartForTest(t)
	if _, err := plane.Kubectl(t.Context(), "create", "namespace", "kept"); err != nil {
		t.Fatal(err)
	}
	user, err := plane.KubeconfigFor("jane", "system:masters")
	if err != nil {
		t.Fatal(err)
	}
	watch, err := clientFor(t, plane.Config()).CoreV1().ConfigMaps("").Watch(t.Context(), metav1.ListOptions{})
	if err != nil {
		t.Fatal(err)
	}
	defer watch.Stop()
	if err := plane.StopAPIServer(); err != nil {
		t.Fatal("an open watch must not hold up the stop:", err)
	}
	if output, err := plane.Kubectl(t.Context(), "get", "namespace", "kept"); err == nil {
		t.Errorf("the API server still answers during the outage: %s", output)
	}
	if err := plane.StartAPIServer(); err != nil {
		t.Fatal(err)
	}
	if _, err := plane.Kubectl(t.Context(), "--kubeconfig", user, "get", "namespace", "kept"); err != nil {
		t.Error(err)
	}
}

func TestAKilledOwnerTakesItsControlPlaneWithIt(t *testing.T) {
	t.Parallel()
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
	kubeconfig, err := bufio.NewReader(stdout).ReadString('\n')
	if err != nil {
		t.Fatal(err)
	}
	dir := filepath.Dir(kubeconfig)
	if running := processes.Mentioning(dir); len(running) != 2 {
		t.Errorf("want etcd and kube-apiserver to run, got %q", running)
	}
	_ = owner.Process.Kill()
	_ = owner.Wait()
	eventually(t, "no process is left", func(context.Context) error {
		if running := processes.Mentioning(dir); len(running) > 0 {
			return fmt.Errorf("still running: %q", running)
		}
		return nil
	})
	cluster.StartForTest(t)
	if _, err := os.Stat(dir); !os.IsNotExist(err) {
		t.Errorf("the killed owner's folder is still there after the next start: %v", err)
	}
}

func clientFor(t *testing.T, config *rest.Config) *kubernetes.Clientset {
	t.Helper()
	client, err := kubernetes.NewForConfig(config)
	if err != nil {
		t.Fatal(err)
	}
	return client
}

// eventually retries until it works, for half a minute.
func eventually(t *testing.T, what string, try func(context.Context) error) {
	t.Helper()
	var last error
	err := wait.PollUntilContextTimeout(t.Context(), 50*time.Millisecond, 30*time.Second, true, func(ctx context.Context) (bool, error) {
		last = try(ctx)
		return last == nil, nil
	})
	if err != nil {
		t.Errorf("%s: %v: %v", what, err, last)
	}
}
