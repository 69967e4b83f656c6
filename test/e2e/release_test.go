package e2e

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"
)

// chart is the chart's folder.
var chart = filepath.Join(project, "charts", "kestra-operator")

// release is an operator that Helm installed.
type release struct {
	*cluster
	name      string
	namespace string
	values    string // file
}

// install installs the chart in one command, as its documentation says, into a namespace that enforces Pod Security
// "restricted". Further values are YAML.
func (c *cluster) install(t testing.TB, name, namespace string, k kestraPod, values string) release {
	t.Helper()
	r := c.release(t, name, namespace, k, values)
	began := time.Now()
	r.helm(t, "install", name, chart, "--namespace", namespace, "--values", r.values, "--wait", "--timeout", "3m")
	report(t, "helm install %s, until ready: %.1f s", name, time.Since(began).Seconds())
	return r
}

// release makes the namespace and the values of a release that is not installed yet.
func (c *cluster) release(t testing.TB, name, namespace string, k kestraPod, values string) release {
	t.Helper()
	c.apply(t, fmt.Sprintf("apiVersion: v1\nkind: Namespace\nmetadata: {name: %s, labels: {pod-security.kubernetes.io/enforce: restricted}}\n", namespace))
	file := filepath.Join(t.TempDir(), "values.yaml")
	text := fmt.Sprintf("image: {repository: '%s', tag: '%s'}\nconfiguration: {kestra: {url: '%s', basicAuth: {enabled: true, value: '%s'}}}\n%s",
		c.operator.repository, c.operator.tag, k.url, login(), values)
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return release{cluster: c, name: name, namespace: namespace, values: file}
}

// helm runs Helm and returns what it printed.
func (c *cluster) helm(t testing.TB, arguments ...string) string {
	t.Helper()
	output, err := c.Helm(t.Context(), arguments...)
	if err != nil {
		t.Fatal(err)
	}
	return output
}

// upgrade upgrades the release with the values it was installed with, and some more flags.
func (r release) upgrade(t testing.TB, flags ...string) {
	t.Helper()
	r.helm(t, slices.Concat([]string{"upgrade", r.name, chart, "--namespace", r.namespace, "--values", r.values, "--wait", "--timeout", "3m"}, flags)...)
}

func (r release) uninstall(t testing.TB) {
	t.Helper()
	r.helm(t, "uninstall", r.name, "--namespace", r.namespace, "--wait", "--timeout", "2m")
}

// clusterName is the name of the release's webhook configurations.
func (r release) clusterName() string { return r.name + "." + r.namespace }

// scale sets the number of replicas and waits until exactly so many are there.
func (r release) scale(t testing.TB, replicas int) {
	t.Helper()
	r.kubectl(t, "scale", "deployment/"+r.name, "--namespace", r.namespace, fmt.Sprintf("--replicas=%d", replicas))
	eventually(t, fmt.Sprintf("%d replicas are there", replicas), func(ctx context.Context) error {
		pods, err := r.pods(ctx)
		if err == nil && len(pods) != replicas {
			err = fmt.Errorf("%d pods", len(pods))
		}
		return err
	})
	r.kubectl(t, "rollout", "status", "deployment/"+r.name, "--namespace", r.namespace, "--timeout=120s")
}

// pods are the operator's.
func (r release) pods(ctx context.Context) ([]corev1.Pod, error) {
	var pods corev1.PodList
	err := r.admin.List(ctx, &pods, client.InNamespace(r.namespace), client.MatchingLabels{"app.kubernetes.io/component": "operator"})
	return pods.Items, err
}

// deployment is the operator's.
func (r release) deployment(t testing.TB) *appsv1.Deployment {
	t.Helper()
	var deployment appsv1.Deployment
	r.get(t, r.namespace, r.name, &deployment)
	return &deployment
}

// story is what Kubernetes and the replicas tell, for a test that failed.
func (r release) story(t testing.TB) string {
	t.Helper()
	var text strings.Builder
	for _, arguments := range [][]string{
		{"get", "events", "--sort-by=.metadata.creationTimestamp"},
		{"get", "pods,endpointslices", "--output=wide"},
		{"logs", "--selector=app.kubernetes.io/name=kestra-operator", "--prefix", "--tail=10"},
	} {
		output, err := r.Kubectl(context.Background(), append(arguments, "--namespace", r.namespace)...)
		text.WriteString(output)
		if err != nil {
			text.WriteString(err.Error())
		}
	}
	return text.String()
}
