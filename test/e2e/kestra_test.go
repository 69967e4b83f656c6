package e2e

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"

	"github.com/kestra-operator/kestra-operator/test/kestra"
)

// kestraPod is a development Kestra in the cluster.
type kestraPod struct {
	namespace string // and name, in Kubernetes
	url       string // for pods
	address   string // for this machine
}

// kestraManifest keeps the pod on the node that no test drains: what it knows is in its memory.
const kestraManifest = `
apiVersion: v1
kind: Namespace
metadata: {name: %[1]s}
---
apiVersion: v1
kind: Pod
metadata: {name: kestra, namespace: %[1]s, labels: {app: kestra}}
spec:
  nodeName: node-0
  containers:
    - name: kestra
      image: %[2]s
      args: [-listen, ":8080", -quiet, -version, 1.3.44]
      readinessProbe: {tcpSocket: {port: 8080}, periodSeconds: 1}
---
apiVersion: v1
kind: Service
metadata: {name: kestra, namespace: %[1]s}
spec:
  selector: {app: kestra}
  ports: [{port: 8080}]
`

// startKestra runs a development Kestra in a namespace of its own, until the test ends.
func (c *cluster) startKestra(t testing.TB, namespace string) kestraPod {
	t.Helper()
	c.apply(t, fmt.Sprintf(kestraManifest, namespace, c.kestra.repository+":"+c.kestra.tag))
	c.kubectl(t, "wait", "pod/kestra", "--namespace", namespace, "--for=condition=Ready", "--timeout=120s")
	var service corev1.Service
	c.get(t, namespace, "kestra", &service)
	return kestraPod{
		namespace: namespace,
		url:       fmt.Sprintf("http://kestra.%s.svc:8080", namespace),
		address:   fmt.Sprintf("http://%s:8080", service.Spec.ClusterIP),
	}
}

// flow returns the source of a flow that Kestra holds; it is an error when there is none.
func (k kestraPod) flow(ctx context.Context, namespace, id string) (string, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, k.address+"/api/v1/main/flows/"+namespace+"/"+id+"?source=true", nil)
	if err != nil {
		return "", err
	}
	request.SetBasicAuth(kestra.DefaultCredentials.Username, kestra.DefaultCredentials.Password)
	response, err := (&http.Client{Transport: &http.Transport{DisableKeepAlives: true}}).Do(request)
	if err != nil {
		return "", err
	}
	defer func() { _ = response.Body.Close() }()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		return "", err
	}
	var flow struct{ Source string }
	if response.StatusCode != http.StatusOK {
		return "", fmt.Errorf("Kestra answers %s for the flow %s.%s", response.Status, namespace, id)
	}
	return flow.Source, json.Unmarshal(body, &flow)
}

// holds is a condition for eventually: Kestra has a flow whose source contains a text.
func (k kestraPod) holds(namespace, id, text string) func(context.Context) error {
	return func(ctx context.Context) error {
		source, err := k.flow(ctx, namespace, id)
		if err == nil && !strings.Contains(source, text) {
			err = fmt.Errorf("the flow in Kestra does not say %q:\n%s", text, source)
		}
		return err
	}
}

// lacks is a condition for eventually: Kestra has no such flow.
func (k kestraPod) lacks(namespace, id string) func(context.Context) error {
	return func(ctx context.Context) error {
		source, err := k.flow(ctx, namespace, id)
		if err == nil {
			return fmt.Errorf("Kestra has the flow %s.%s:\n%s", namespace, id, source)
		}
		if !strings.Contains(err.Error(), "404") {
			return err
		}
		return nil
	}
}
