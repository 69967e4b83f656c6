package plugin_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/utils/ptr"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/kestra-operator/kestra-operator/cmd/kestra-operator/internal/plugin"
	"github.com/kestra-operator/kestra-operator/cmd/kestra-operator/internal/selection"
	"github.com/kestra-operator/kestra-operator/schemas/v1alpha1"
	"github.com/kestra-operator/kestra-operator/test/cluster"
	"github.com/kestra-operator/kestra-operator/test/suite"
)

// plane is one API server for every test of this package.
var plane *cluster.ControlPlane

func TestMain(m *testing.M) { suite.Suite{Plane: &plane}.Main(m) }

// newWorld returns a client, and a namespace with one object of each kind, called "one".
func newWorld(t *testing.T) (client.Client, string) {
	t.Helper()
	c, err := client.New(plane.Config(), client.Options{Scheme: suite.Scheme()})
	if err != nil {
		t.Fatal(err)
	}
	namespace := &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{GenerateName: "test-"}}
	if err := c.Create(t.Context(), namespace); err != nil {
		t.Fatal(err)
	}
	meta := metav1.ObjectMeta{Namespace: namespace.Name, Name: "one"}
	for _, obj := range []client.Object{
		&v1alpha1.KestraFlow{ObjectMeta: meta, Spec: v1alpha1.KestraFlowSpec{Namespace: "a.b", ID: "hello", Source: "id: hello\n"}},
		&v1alpha1.KestraKeyValue{ObjectMeta: meta, Spec: v1alpha1.KestraKeyValueSpec{Tenant: "acme", Namespace: "a.b", Key: "k", Value: ptr.To("v")}},
		&v1alpha1.KestraNamespaceFile{ObjectMeta: meta, Spec: v1alpha1.KestraNamespaceFileSpec{Namespace: "a.b", Filename: "/f.py", Content: ptr.To("c")}},
	} {
		if err := c.Create(t.Context(), obj); err != nil {
			t.Fatal(err)
		}
	}
	return c, namespace.Name
}

func find(t *testing.T, c client.Client, namespace string, words ...string) []plugin.Object {
	t.Helper()
	selected, err := selection.ParseNames(words)
	if err != nil {
		t.Fatal(err)
	}
	objects, err := plugin.Find(t.Context(), c, namespace, selected)
	if err != nil {
		t.Fatal(err)
	}
	return objects
}

func TestObjectsAreFoundByKindAndByName(t *testing.T) {
	c, namespace := newWorld(t)
	for words, want := range map[string][]string{
		"":                {"KestraFlow a.b/hello", "KestraKeyValue acme/a.b/k", "KestraNamespaceFile a.b/f.py"},
		"kv":              {"KestraKeyValue acme/a.b/k"},
		"flow one":        {"KestraFlow a.b/hello"},
		"nsfile/one flow": {"KestraFlow a.b/hello", "KestraNamespaceFile a.b/f.py"},
	} {
		var got []string
		for _, object := range find(t, c, namespace, strings.Fields(words)...) {
			got = append(got, object.Kind+" "+object.Target())
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%q (-want +got):\n%s", words, diff)
		}
	}
	_, err := plugin.Find(t.Context(), c, namespace, selection.Selection{"KestraFlow": {"absent"}})
	if err == nil || !strings.Contains(err.Error(), "absent") {
		t.Errorf("an object that is not there: %v", err)
	}
}

func TestEveryObjectOfManyIsFound(t *testing.T) {
	c, namespace := newWorld(t)
	for range 120 { // more than a page
		obj := &v1alpha1.KestraFlow{
			ObjectMeta: metav1.ObjectMeta{Namespace: namespace, GenerateName: "many-"},
			Spec:       v1alpha1.KestraFlowSpec{Namespace: "a.b", ID: "hello", Source: "id: hello\n"},
		}
		if err := c.Create(t.Context(), obj); err != nil {
			t.Fatal(err)
		}
	}
	if got := len(find(t, c, namespace, "flows")); got != 121 {
		t.Errorf("%d flows were found, want 121", got)
	}
}

func TestSuspendChangesNothingElse(t *testing.T) {
	c, namespace := newWorld(t)
	for _, suspend := range []bool{true, false} {
		for _, before := range find(t, c, namespace) {
			for attempt, want := range []bool{true, false} {
				changed, err := plugin.SetSuspend(t.Context(), c, find(t, c, namespace, before.Kind, "one")[0], suspend)
				if err != nil || changed != want {
					t.Errorf("%s, attempt %d: changed %v, want %v: %v", before, attempt, changed, want, err)
				}
			}
			after := find(t, c, namespace, before.Kind, "one")[0]
			if after.Policy.Suspend != suspend || after.GetGeneration() != before.GetGeneration()+1 || after.Target() != before.Target() {
				t.Errorf("%s: suspend %v, generation %d, target %s", after, after.Policy.Suspend, after.GetGeneration(), after.Target())
			}
		}
	}
}

func TestAnAnsweredRequestEndsTheWait(t *testing.T) {
	c, namespace := newWorld(t)
	for _, object := range find(t, c, namespace) {
		value, err := plugin.Request(t.Context(), c, object, time.Now())
		if err != nil {
			t.Fatal(err)
		}
		asked := find(t, c, namespace, object.Kind, "one")[0]
		if got := asked.GetAnnotations()[v1alpha1.AnnotationReconcileAt]; got != value {
			t.Errorf("%s: the annotation is %q, want %q", object, got, value)
		}
		echo := client.RawPatch(types.MergePatchType, []byte(`{"status":{"lastHandledReconcileAt":"`+value+`"}}`))
		if err := c.Status().Patch(t.Context(), asked.Object, echo); err != nil {
			t.Fatal(err)
		}
		if _, err := plugin.Await(t.Context(), c, object, value); err != nil {
			t.Error(err)
		}
	}
}

func TestARequestThatNobodyAnswersSaysSo(t *testing.T) {
	c, namespace := newWorld(t)
	object := find(t, c, namespace, "flow")[0]
	value, err := plugin.Request(t.Context(), c, object, time.Now())
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	if _, err := plugin.Await(ctx, c, object, value); err == nil || !strings.Contains(err.Error(), "is one running") {
		t.Errorf("error %v", err)
	}
}
