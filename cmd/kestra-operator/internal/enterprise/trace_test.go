package enterprise_test

import (
	"strings"
	"testing"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/kestra-operator/kestra-operator/cmd/kestra-operator/internal/enterprise"
	"github.com/kestra-operator/kestra-operator/schemas/v1alpha1"
	"github.com/kestra-operator/kestra-operator/test/cluster"
	"github.com/kestra-operator/kestra-operator/test/suite"
)

var plane *cluster.ControlPlane

func TestMain(m *testing.M) { suite.Suite{Plane: &plane}.Main(m) }

const (
	java      = "fabric8-kubernetes-client"
	finalizer = "kestraflows.model.kestra.io/finalizer"
	// A field belongs to whoever changed it last, so each writes one of its own.
	theirs, ours = `{"reason":"of theirs"}`, `{"observedGeneration":1}`
)

// writer writes the status of an object, as somebody, at the API server's time.
type writer struct {
	t      *testing.T
	client client.Client
	object *v1alpha1.KestraFlow
}

func (w writer) writes(manager, status string) {
	w.t.Helper()
	patch := client.RawPatch(types.MergePatchType, []byte(`{"status":`+status+`}`))
	if err := w.client.Status().Patch(w.t.Context(), w.object, patch, client.FieldOwner(manager)); err != nil {
		w.t.Fatal(err)
	}
}

// later waits for the next second: field managers' times have no parts of one.
func later() {
	now := time.Now()
	<-time.After(now.Truncate(time.Second).Add(time.Second + 10*time.Millisecond).Sub(now))
}

func TestTracesOfAnotherOperator(t *testing.T) {
	c, err := client.New(plane.Config(), client.Options{Scheme: suite.Scheme()})
	if err != nil {
		t.Fatal(err)
	}
	for name, test := range map[string]struct {
		finalizers []string
		write      func(writer)
		since      time.Time
		want       string // a part of the words; no trace when empty
	}{
		"an object that nobody keeps yet leaves none": {write: func(writer) {}},
		"the status that was there before is none": {
			finalizers: []string{v1alpha1.Finalizer},
			write:      func(w writer) { w.writes(java, theirs); later(); w.writes(enterprise.Manager, ours) },
		},
		"an object that waits to be taken over leaves none": {
			finalizers: []string{finalizer},
			write:      func(w writer) { w.writes(java, theirs) },
		},
		"a status written after this operator's is one": {
			write: func(w writer) { w.writes(enterprise.Manager, ours); later(); w.writes(java, theirs) },
			want:  `(field manager "fabric8-kubernetes-client") wrote the status of KestraFlow default/`,
		},
		"a status that this operator wrote over is one when it came after the start": {
			write: func(w writer) { w.writes(java, theirs); later(); w.writes(enterprise.Manager, ours) },
			since: time.Now().Add(-time.Minute),
			want:  "wrote the status",
		},
		"a person who corrects the status leaves none": {
			write: func(w writer) { w.writes(enterprise.Manager, ours); later(); w.writes("kubectl-edit", theirs) },
		},
		"its finalizer beside this operator's is one": {
			finalizers: []string{v1alpha1.Finalizer, finalizer},
			write:      func(writer) {},
			want:       "put its finalizer kestraflows.model.kestra.io/finalizer back on KestraFlow default/",
		},
		"another finalizer is none": {
			finalizers: []string{v1alpha1.Finalizer, "example.com/finalizer"},
			write:      func(writer) {},
		},
	} {
		t.Run(name, func(t *testing.T) {
			object := &v1alpha1.KestraFlow{
				ObjectMeta: metav1.ObjectMeta{Namespace: "default", GenerateName: "flow-", Finalizers: test.finalizers},
				Spec:       v1alpha1.KestraFlowSpec{Namespace: "company.team", ID: "any", Source: "id: any"},
			}
			if err := c.Create(t.Context(), object); err != nil {
				t.Fatal(err)
			}
			test.write(writer{t, c, object})
			traces, err := enterprise.Look(t.Context(), c, test.since, client.InNamespace("default"), client.MatchingFields{metav1.ObjectNameField: object.Name})
			if err != nil {
				t.Fatal(err)
			}
			if test.want == "" {
				if len(traces) > 0 {
					t.Errorf("found %v", traces)
				}
				return
			}
			if len(traces) != 1 || !strings.Contains(traces[0].String(), test.want+strings.Repeat(object.Name, strings.Count(test.want, "default/"))) {
				t.Errorf("found %v, want one that says %q", traces, test.want)
			}
		})
	}
}

// Objects are read in pages, and nothing but their metadata.
func TestTracesAreFoundBeyondTheFirstPage(t *testing.T) {
	c, err := client.New(plane.Config(), client.Options{Scheme: suite.Scheme()})
	if err != nil {
		t.Fatal(err)
	}
	for range 501 {
		object := &v1alpha1.KestraKeyValue{
			ObjectMeta: metav1.ObjectMeta{Namespace: "kube-public", GenerateName: "kv-", Finalizers: []string{v1alpha1.Finalizer, "kestrakeyvalues.model.kestra.io/finalizer"}},
			Spec:       v1alpha1.KestraKeyValueSpec{Namespace: "company.team", Key: "any"},
		}
		if err := c.Create(t.Context(), object); err != nil {
			t.Fatal(err)
		}
	}
	traces, err := enterprise.Look(t.Context(), c, time.Time{}, client.InNamespace("kube-public"))
	if err != nil || len(traces) != 501 {
		t.Errorf("%d traces, %v; want 501", len(traces), err)
	}
}
