package status

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/kestra-operator/kestra-operator/cmd/kestra-operator/internal/plugin"
	"github.com/kestra-operator/kestra-operator/schemas/v1alpha1"
)

// flow returns a flow with a condition Ready, which speaks of the spec's generation.
func flow(name, place string, status metav1.ConditionStatus, reason, message string) *v1alpha1.KestraFlow {
	f := &v1alpha1.KestraFlow{
		ObjectMeta: metav1.ObjectMeta{Namespace: "team-a", Name: name, Generation: 2},
		Spec:       v1alpha1.KestraFlowSpec{Namespace: place, ID: name},
	}
	f.Status.Conditions = []metav1.Condition{{Type: v1alpha1.ConditionReady, Status: status, Reason: reason, Message: message, ObservedGeneration: 2}}
	return f
}

func wrap(t *testing.T, objects ...any) []plugin.Object {
	t.Helper()
	var wrapped []plugin.Object
	for _, obj := range objects {
		switch o := obj.(type) {
		case *v1alpha1.KestraFlow:
			object, _ := plugin.Wrap(o)
			wrapped = append(wrapped, object)
		case *v1alpha1.KestraKeyValue:
			object, _ := plugin.Wrap(o)
			wrapped = append(wrapped, object)
		default:
			t.Fatalf("%T is no object", obj)
		}
	}
	return wrapped
}

func examples(t *testing.T) []plugin.Object {
	t.Helper()
	ready := flow("hello", "company.team", metav1.ConditionTrue, "Succeeded", "")
	refused := flow("broken", "company.team", metav1.ConditionFalse, "RejectedByKestra", "Kestra refuses the flow: tasks[0]:\nno")
	suspended := flow("paused", "company.other", metav1.ConditionUnknown, "Suspended", "")
	suspended.Spec.Suspend = true
	changed := flow("changed", "company.team", metav1.ConditionTrue, "Succeeded", "")
	changed.Generation = 3
	entry := &v1alpha1.KestraKeyValue{
		ObjectMeta: metav1.ObjectMeta{Namespace: "team-b", Name: "entry"},
		Spec:       v1alpha1.KestraKeyValueSpec{Tenant: "acme", Namespace: "company.team", Key: "password"},
	}
	return wrap(t, entry, changed, ready, suspended, refused)
}

func TestStatusIsATreeOfKestrasNamespaces(t *testing.T) {
	var out strings.Builder
	if err := (Text{}).Write(&out, Summarise(examples(t))); err != nil {
		t.Fatal(err)
	}
	want := `company.other  0 of 1 ready, 1 suspended
└─ KestraFlow           0 of 1 ready, 1 suspended
   └─ team-a/paused  Suspended
company.team  1 of 3 ready
└─ KestraFlow           1 of 3 ready
   ├─ team-a/broken  RejectedByKestra
   │  Kestra refuses the flow: tasks[0]:\nno
   └─ team-a/changed  NotSeenYet
      no operator has looked at this spec: is one running that keeps this object?
acme/company.team  0 of 1 ready
└─ KestraKeyValue       0 of 1 ready
   └─ team-b/entry (password)  NotSeenYet
      no operator has looked at this spec: is one running that keeps this object?

1 of 5 ready, 1 suspended
`
	if diff := cmp.Diff(want, out.String()); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

func TestAllListsWhatIsReadyToo(t *testing.T) {
	var out strings.Builder
	if err := (Text{All: true}).Write(&out, Summarise(examples(t))); err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(out.String(), "team-a/hello  Succeeded\n") {
		t.Error(out.String())
	}
}

func TestCountsAreThoseOfEveryLevel(t *testing.T) {
	summary := Summarise(examples(t))
	want := Count{Total: 5, Ready: 1, Suspended: 1, NotReady: 3}
	if diff := cmp.Diff(want, summary.Count); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
	var places []string
	for _, namespace := range summary.Namespaces {
		places = append(places, namespace.title())
	}
	if diff := cmp.Diff([]string{"company.other", "company.team", "acme/company.team"}, places); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}
