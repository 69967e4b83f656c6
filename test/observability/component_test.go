package observability

import (
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"
	"sigs.k8s.io/yaml"

	"github.com/kestra-operator/kestra-operator/test/cluster"
	"github.com/kestra-operator/kestra-operator/test/process"
)

// rendered are the documents of an overlay by kind and name.
func rendered(t *testing.T, base string) map[string]string {
	t.Helper()
	binaries, err := cluster.Build(t.Context(), io.Discard)
	if err != nil {
		t.Fatal(err)
	}
	folder := t.TempDir()
	config, err := filepath.Abs("../../config")
	if err != nil {
		t.Fatal(err)
	}
	if config, err = filepath.Rel(folder, config); err != nil {
		t.Fatal(err)
	}
	overlay := "resources: [" + config + "/" + base + "]\ncomponents: [" + config + "/observability]\n"
	if err := os.WriteFile(filepath.Join(folder, "kustomization.yaml"), []byte(overlay), 0o600); err != nil {
		t.Fatal(err)
	}
	output, err := exec.CommandContext(t.Context(), binaries["kubectl"], "kustomize", folder).CombinedOutput()
	if err != nil {
		t.Fatalf("%v: %s", err, output)
	}
	documents := map[string]string{}
	for document := range strings.SplitSeq(string(output), "\n---\n") {
		var object metav1.PartialObjectMetadata
		if err := yaml.Unmarshal([]byte(document), &object); err != nil {
			t.Fatal(err)
		}
		documents[object.Kind+" "+object.Name] = document
	}
	return documents
}

func read[T any](t *testing.T, documents map[string]string, name string) T {
	t.Helper()
	var object T
	document, found := documents[name]
	if !found {
		t.Fatalf("there is no %s", name)
	}
	if err := yaml.Unmarshal([]byte(document), &object); err != nil {
		t.Fatal(err)
	}
	return object
}

func TestTheComponentWatchesTheOperatorOfItsOverlay(t *testing.T) {
	for _, base := range []string{"default", "self-managed"} {
		t.Run(base, func(t *testing.T) {
			documents := rendered(t, base)
			monitor := read[struct {
				Spec struct {
					Selector  metav1.LabelSelector `json:"selector"`
					Endpoints []struct {
						Port string `json:"port"`
					} `json:"endpoints"`
				} `json:"spec"`
			}](t, documents, "ServiceMonitor kestra-operator")
			selector, err := metav1.LabelSelectorAsSelector(&monitor.Spec.Selector)
			if err != nil {
				t.Fatal(err)
			}
			scraped := 0
			for name := range documents {
				if !strings.HasPrefix(name, "Service ") {
					continue
				}
				service := read[corev1.Service](t, documents, name)
				for _, port := range service.Spec.Ports {
					if selector.Matches(labels.Set(service.Labels)) && port.Name == monitor.Spec.Endpoints[0].Port {
						scraped++
					}
				}
			}
			if scraped != 1 {
				t.Errorf("%d ports are scraped, want 1", scraped)
			}
			if dashboards := read[corev1.ConfigMap](t, documents, "ConfigMap kestra-operator-dashboard"); dashboards.Labels["grafana_dashboard"] != "1" || dashboards.Data["kestra-operator.json"] == "" {
				t.Errorf("the dashboard is %+v", dashboards.ObjectMeta)
			}
			for _, name := range []string{"ServiceMonitor kestra-operator", "PrometheusRule kestra-operator", "ConfigMap kestra-operator-dashboard"} {
				if object := read[metav1.PartialObjectMetadata](t, documents, name); object.Namespace != process.Namespace {
					t.Errorf("%s is in the namespace %q", name, object.Namespace)
				}
			}
			if rule := documents["PrometheusRule kestra-operator"]; !strings.Contains(rule, "alert: KestraOperatorAbsent") {
				t.Errorf("the alerts are %s", rule)
			}
		})
	}
}
