package chart

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"reflect"
	"strings"
	"testing"

	certmanagerv1 "github.com/cert-manager/cert-manager/pkg/apis/certmanager/v1"
	apiextensionsv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/serializer"
	utilruntime "k8s.io/apimachinery/pkg/util/runtime"
	utilyaml "k8s.io/apimachinery/pkg/util/yaml"
	kubernetesscheme "k8s.io/client-go/kubernetes/scheme"

	"github.com/kestra-operator/kestra-operator/schemas/v1alpha1"
)

// object is any Kubernetes object that a rendering holds, in its Go type.
type object interface {
	runtime.Object
	metav1.Object
}

// rendering is what helm makes of the chart and some values.
type rendering struct {
	release, namespace string
	text               string
	objects            []object
}

// strict decodes into the types of Kubernetes, cert-manager and this project, and refuses unknown fields and
// duplicates.
var strict = func() runtime.Decoder {
	scheme := runtime.NewScheme()
	utilruntime.Must(kubernetesscheme.AddToScheme(scheme))
	utilruntime.Must(apiextensionsv1.AddToScheme(scheme))
	utilruntime.Must(certmanagerv1.AddToScheme(scheme))
	utilruntime.Must(v1alpha1.AddToScheme(scheme))
	scheme.AddKnownTypeWithName(serviceMonitorKind, &serviceMonitor{})
	scheme.AddKnownTypeWithName(prometheusRuleKind, &prometheusRule{})
	return serializer.NewCodecFactory(scheme, serializer.EnableStrict).UniversalDeserializer()
}()

// render renders the chart as release "r" in namespace "kestra".
func render(t testing.TB, values string) rendering {
	t.Helper()
	return renderRelease(t, "r", "kestra", values)
}

func renderRelease(t testing.TB, release, namespace, values string) rendering {
	t.Helper()
	stdout, stderr, err := helm(t, values, "template", release, chartFolder, "--namespace", namespace, "--values", "-")
	if err != nil {
		t.Fatalf("helm template: %v\n%s", err, stderr)
	}
	objects, err := decode(stdout)
	if err != nil {
		t.Fatalf("%v in the rendering of:\n%s", err, values)
	}
	return rendering{release: release, namespace: namespace, text: stdout, objects: objects}
}

func decode(text string) ([]object, error) {
	var objects []object
	documents := utilyaml.NewDocumentDecoder(io.NopCloser(strings.NewReader(text)))
	buffer := make([]byte, 1<<20)
	for {
		n, err := documents.Read(buffer)
		if errors.Is(err, io.EOF) {
			return objects, nil
		}
		if err != nil {
			return nil, err
		}
		document := bytes.TrimPrefix(buffer[:n], []byte("---\n"))
		if len(bytes.TrimSpace(document)) == 0 {
			continue
		}
		decoded, _, err := strict.Decode(document, nil, nil)
		if err != nil {
			return nil, fmt.Errorf("%w\n%s", err, document)
		}
		objects = append(objects, decoded.(object))
	}
}

// all returns the objects of one type, in the order of the rendering.
func all[T object](r rendering) []T {
	var found []T
	for _, o := range r.objects {
		if typed, ok := o.(T); ok {
			found = append(found, typed)
		}
	}
	return found
}

// only returns the one object of a type.
func only[T object](t testing.TB, r rendering) T {
	t.Helper()
	found := all[T](r)
	if len(found) != 1 {
		t.Fatalf("%d objects of %s, want 1", len(found), reflect.TypeFor[T]())
	}
	return found[0]
}

// named returns the object of a type that has this name.
func named[T object](t testing.TB, r rendering, name string) T {
	t.Helper()
	var names []string
	for _, o := range all[T](r) {
		if o.GetName() == name {
			return o
		}
		names = append(names, o.GetName())
	}
	t.Fatalf("no %s %q, only %q", reflect.TypeFor[T](), name, names)
	panic("unreachable")
}
