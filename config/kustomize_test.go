package config_test

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"testing"

	certmanagerv1 "github.com/cert-manager/cert-manager/pkg/apis/certmanager/v1"
	"github.com/google/go-cmp/cmp"
	admissionregistrationv1 "k8s.io/api/admissionregistration/v1"
	appsv1 "k8s.io/api/apps/v1"
	apiextensionsv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/serializer"
	"k8s.io/apimachinery/pkg/util/yaml"
	clientgoscheme "k8s.io/client-go/kubernetes/scheme"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/kestra-operator/kestra-operator/schemas/flow"
	"github.com/kestra-operator/kestra-operator/schemas/v1alpha1"
	"github.com/kestra-operator/kestra-operator/schemas/validation"
	"github.com/kestra-operator/kestra-operator/test/cluster"
	"github.com/kestra-operator/kestra-operator/test/suite"
)

// plane is one API server, and one kubectl, for every test of this package.
var plane *cluster.ControlPlane

func TestMain(m *testing.M) { suite.Suite{Plane: &plane, Bare: true}.Main(m) }

// render decodes what kubectl makes of an entry point, strictly: a field that no type knows is an error.
func render(t *testing.T, entry string) []client.Object {
	t.Helper()
	text, err := plane.Kubectl(t.Context(), "kustomize", entry)
	if err != nil {
		t.Fatal(err)
	}
	scheme := runtime.NewScheme()
	for _, add := range []func(*runtime.Scheme) error{
		clientgoscheme.AddToScheme, apiextensionsv1.AddToScheme, certmanagerv1.AddToScheme, v1alpha1.AddToScheme,
	} {
		if err := add(scheme); err != nil {
			t.Fatal(err)
		}
	}
	decoder := serializer.NewCodecFactory(scheme, serializer.EnableStrict).UniversalDeserializer()
	documents := yaml.NewYAMLReader(bufio.NewReader(strings.NewReader(text)))
	var objects []client.Object
	for {
		document, err := documents.Read()
		if errors.Is(err, io.EOF) {
			return objects
		}
		if err != nil {
			t.Fatal(err)
		}
		object, _, err := decoder.Decode(document, nil, nil)
		if err != nil {
			t.Fatalf("decode: %v\n%s", err, document)
		}
		objects = append(objects, object.(client.Object))
	}
}

func ofType[T client.Object](objects []client.Object) []T {
	var found []T
	for _, object := range objects {
		if typed, ok := object.(T); ok {
			found = append(found, typed)
		}
	}
	return found
}

func TestEntryPointsRenderWhatTheyPromise(t *testing.T) {
	cases := map[string]struct {
		wantArgs         []string
		wantCertificates []string
		wantInjection    string
	}{
		"default": {
			wantArgs:         []string{"run", "--crds=none", "--metrics-secure", "--certificate=kestra-operator-webhook", "--certificate-secret=kestra-operator-webhook-cert"},
			wantCertificates: []string{"kestra-operator-webhook", "kestra-operator-webhook-ca"},
			wantInjection:    "kestra-operator-system/kestra-operator-webhook",
		},
		"self-managed": {wantArgs: []string{"run", "--crds=none", "--metrics-secure", "--self-managed-certificates"}},
	}
	for entry, tc := range cases {
		t.Run(entry, func(t *testing.T) {
			objects := render(t, entry)
			if n := len(ofType[*apiextensionsv1.CustomResourceDefinition](objects)); n != 3 {
				t.Errorf("there are %d definitions, want 3", n)
			}
			container := ofType[*appsv1.Deployment](objects)[0].Spec.Template.Spec.Containers[0]
			if diff := cmp.Diff(tc.wantArgs, container.Args); diff != "" {
				t.Errorf("arguments (-want +got):\n%s", diff)
			}
			var certificates []string
			for _, certificate := range ofType[*certmanagerv1.Certificate](objects) {
				certificates = append(certificates, certificate.Name)
			}
			slices.Sort(certificates)
			if diff := cmp.Diff(tc.wantCertificates, certificates); diff != "" {
				t.Errorf("certificates (-want +got):\n%s", diff)
			}
			for _, object := range objects {
				switch object.(type) {
				case *admissionregistrationv1.MutatingWebhookConfiguration, *admissionregistrationv1.ValidatingWebhookConfiguration:
					if got := object.GetAnnotations()["cert-manager.io/inject-ca-from"]; got != tc.wantInjection {
						t.Errorf("%s takes its authority from %q, want %q", object.GetName(), got, tc.wantInjection)
					}
				}
			}
		})
	}
}

// Nothing but the definitions may be asked of cert-manager here, whose definitions this API server lacks.
func TestTheAPIServerTakesTheSelfManagedEntryPoint(t *testing.T) {
	output, err := plane.Kubectl(t.Context(), "apply", "--server-side", "-k", "self-managed")
	if err != nil {
		t.Fatal(err)
	}
	if strings.Contains(output, "Warning") {
		t.Errorf("the API server warns:\n%s", output)
	}
}

func TestSamplesAreAccepted(t *testing.T) {
	objects := render(t, "samples")
	for _, obj := range ofType[*v1alpha1.KestraFlow](objects) {
		if errs, warnings := validation.ValidateFlow(obj, nil, flow.Options{}); len(errs) > 0 || len(warnings) > 0 {
			t.Errorf("%s: %v, %v", obj.Name, errs, warnings)
		}
	}
	for _, obj := range ofType[*v1alpha1.KestraKeyValue](objects) {
		if errs, warnings := validation.ValidateKeyValue(obj); len(errs) > 0 || len(warnings) > 0 {
			t.Errorf("%s: %v, %v", obj.Name, errs, warnings)
		}
	}
	for _, obj := range ofType[*v1alpha1.KestraNamespaceFile](objects) {
		if errs, warnings := validation.ValidateNamespaceFile(obj); len(errs) > 0 || len(warnings) > 0 {
			t.Errorf("%s: %v, %v", obj.Name, errs, warnings)
		}
	}
	if len(objects) != 3 {
		t.Errorf("there are %d samples, want one of each kind", len(objects))
	}
}

// overlay writes an overlay of an entry point with components, and returns its folder.
func overlay(t *testing.T, entry string, components ...string) string {
	t.Helper()
	folder := t.TempDir()
	root, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	relative := strings.Repeat("../", strings.Count(folder, "/")) + strings.TrimPrefix(root, "/")
	text := fmt.Sprintf("resources: [%s/%s]\ncomponents:\n", relative, entry)
	for _, component := range components {
		text += fmt.Sprintf("- %s/%s\n", relative, component)
	}
	if err := os.WriteFile(folder+"/kustomization.yaml", []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return folder
}

// renderWith renders an overlay of the self-managed entry point with components.
func renderWith(t *testing.T, components ...string) []client.Object {
	t.Helper()
	return render(t, overlay(t, "self-managed", components...))
}

func TestTheComponentForReferencesAddsItsFlagAndPermissions(t *testing.T) {
	objects := renderWith(t, "value-from")
	args := ofType[*appsv1.Deployment](objects)[0].Spec.Template.Spec.Containers[0].Args
	if !slices.Contains(args, "--value-from") {
		t.Errorf("the arguments are %q, want --value-from among them", args)
	}
	if !slices.ContainsFunc(objects, func(object client.Object) bool { return object.GetName() == "kestra-operator-value-from" }) {
		t.Error("the permissions are missing")
	}
}
