package chart

import (
	"bytes"
	"context"
	"encoding/base64"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	certmanagerv1 "github.com/cert-manager/cert-manager/pkg/apis/certmanager/v1"
	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	schedulingv1 "k8s.io/api/scheduling/v1"
	apiextensionsv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/util/wait"
	utilyaml "k8s.io/apimachinery/pkg/util/yaml"
	kubernetesscheme "k8s.io/client-go/kubernetes/scheme"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/util/cert"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/yaml"

	"github.com/kestra-operator/kestra-operator/config/crd"
	"github.com/kestra-operator/kestra-operator/schemas/v1alpha1"
	"github.com/kestra-operator/kestra-operator/test/cluster"
)

const fieldOwner = client.FieldOwner("chart-test")

// newClient reaches an API server, for every kind that it serves.
func newClient(t testing.TB, access *rest.Config) client.Client {
	t.Helper()
	scheme := runtime.NewScheme()
	if err := errors.Join(kubernetesscheme.AddToScheme(scheme), apiextensionsv1.AddToScheme(scheme), v1alpha1.AddToScheme(scheme)); err != nil {
		t.Fatal(err)
	}
	c, err := client.New(access, client.Options{Scheme: scheme})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// TestTheAPIServerAcceptsRenderings validates renderings against the OpenAPI schemas of a real API server, and then
// offers them to it: its word on an object goes beyond schemas, to names, selectors, CEL expressions, Pod Security.
func TestTheAPIServerAcceptsRenderings(t *testing.T) {
	access := cluster.StartForTest(t).Config()
	admin := newClient(t, access)
	for _, namespace := range []string{"kestra", "team-a", "team-b", "a", "b"} {
		createNamespace(t, admin, namespace)
	}
	for _, class := range []string{"p", "high"} {
		create(t, admin, &schedulingv1.PriorityClass{ObjectMeta: metav1.ObjectMeta{Name: class}})
	}
	installDefinitions(t, admin, certManagerDefinitions(t))
	installDefinitions(t, admin, ownDefinitions(t))

	published := publishedSchemas(t, access, v1alpha1.GroupVersion.WithKind("KestraFlow"), certmanagerv1.SchemeGroupVersion.WithKind("Certificate"))
	t.Run("the schemas refuse what is unknown, missing or of another type", func(t *testing.T) {
		for name, text := range map[string]string{
			"an unknown field":                 "{apiVersion: v1, kind: Service, spec: {ports: [{port: 80, protocoll: TCP}]}}",
			"a missing field":                  "{apiVersion: v1, kind: Service, spec: {ports: [{name: http}]}}",
			"another type":                     "{apiVersion: v1, kind: Service, spec: {ports: [{port: http}]}}",
			"an unknown field of a definition": "{apiVersion: cert-manager.io/v1, kind: Certificate, spec: {secretName: s, issuerRef: {name: i}, durration: 1h}}",
		} {
			if err := published.check(unstructuredObjects(t, text)[0]); err == nil {
				t.Errorf("%s is accepted", name)
			}
		}
	})
	certificate, _, err := cert.GenerateSelfSignedCertKey("authority", nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	authority := string(certificate)
	offered := cross(decisions)
	for name, values := range variations {
		offered[name] = values
	}
	offered["Enterprise values"] = enterpriseValues
	for name, values := range offered {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := render(t, values)
			for _, o := range unstructuredObjects(t, strings.ReplaceAll(r.text, encode("PEM"), encode(authority))) {
				if o.GroupVersionKind() == serviceMonitorKind {
					continue // the Prometheus operator is not there
				}
				if err := published.check(o); err != nil {
					t.Errorf("%s %s: %#v", o.GetKind(), o.GetName(), err)
				}
				if err := admin.Apply(t.Context(), client.ApplyConfigurationFromUnstructured(o), client.DryRunAll, client.ForceOwnership, fieldOwner); err != nil {
					t.Errorf("%s %s: %v", o.GetKind(), o.GetName(), err)
				}
			}
			template := only[*appsv1.Deployment](t, r).Spec.Template
			template.Name, template.Namespace = "operator", r.namespace
			if err := admin.Create(t.Context(), &corev1.Pod{ObjectMeta: template.ObjectMeta, Spec: template.Spec}, client.DryRunAll); err != nil {
				t.Errorf("the Deployment's pods: %v", err)
			}
		})
	}
}

func encode(text string) string { return base64.StdEncoding.EncodeToString([]byte(text)) }

func create(t testing.TB, c client.Client, o client.Object) {
	t.Helper()
	if err := c.Create(t.Context(), o); err != nil {
		t.Fatalf("create %s: %v", o.GetName(), err)
	}
}

// createNamespace makes a namespace that Pod Security guards as strictly as it can.
func createNamespace(t testing.TB, c client.Client, name string) {
	t.Helper()
	labels := map[string]string{"pod-security.kubernetes.io/enforce": "restricted"}
	create(t, c, &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: name, Labels: labels}})
}

// unstructuredObjects reads a rendering as kubectl does.
func unstructuredObjects(t testing.TB, text string) []*unstructured.Unstructured {
	t.Helper()
	var objects []*unstructured.Unstructured
	reader := utilyaml.NewYAMLOrJSONDecoder(strings.NewReader(text), 4096)
	for {
		o := &unstructured.Unstructured{}
		err := reader.Decode(&o.Object)
		if errors.Is(err, io.EOF) {
			return objects
		}
		if err != nil {
			t.Fatal(err)
		}
		if len(o.Object) > 0 {
			objects = append(objects, o)
		}
	}
}

func ownDefinitions(t testing.TB) []*apiextensionsv1.CustomResourceDefinition {
	t.Helper()
	definitions, err := crd.All()
	if err != nil {
		t.Fatal(err)
	}
	return definitions
}

// certManagerDefinitions reads the definitions that cert-manager's own module ships.
func certManagerDefinitions(t testing.TB) []*apiextensionsv1.CustomResourceDefinition {
	t.Helper()
	folder, err := exec.Command("go", "list", "-m", "-f", "{{.Dir}}", "github.com/cert-manager/cert-manager").Output()
	if err != nil {
		t.Fatalf("find cert-manager's module: %v", err)
	}
	files, err := filepath.Glob(filepath.Join(string(bytes.TrimSpace(folder)), "deploy", "crds", "cert-manager.io_*.yaml"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no definitions in %s: %v", folder, err)
	}
	var definitions []*apiextensionsv1.CustomResourceDefinition
	for _, file := range files {
		definition := &apiextensionsv1.CustomResourceDefinition{}
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if err := yaml.UnmarshalStrict(text, definition); err != nil {
			t.Fatalf("%s: %v", file, err)
		}
		definitions = append(definitions, definition)
	}
	return definitions
}

// installDefinitions returns once the API server serves them.
func installDefinitions(t testing.TB, c client.Client, definitions []*apiextensionsv1.CustomResourceDefinition) {
	t.Helper()
	for _, definition := range definitions {
		create(t, c, definition)
		err := wait.PollUntilContextTimeout(t.Context(), 50*time.Millisecond, time.Minute, true, func(ctx context.Context) (bool, error) {
			if err := c.Get(ctx, client.ObjectKeyFromObject(definition), definition); err != nil {
				return false, err
			}
			for _, condition := range definition.Status.Conditions {
				if condition.Type == apiextensionsv1.Established && condition.Status == apiextensionsv1.ConditionTrue {
					return true, nil
				}
			}
			return false, nil
		})
		if err != nil {
			t.Fatalf("%s is not served: %v", definition.Name, err)
		}
	}
}
