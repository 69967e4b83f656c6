package webhooks_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/kestra-operator/kestra-operator/schemas/flow"
	"github.com/kestra-operator/kestra-operator/schemas/v1alpha1"
	"github.com/kestra-operator/kestra-operator/webhooks"
)

const (
	goodSource     = head + tasks
	labelledSource = head + label + tasks
	badSource      = badHead + badTasks

	head  = "id: hello\nnamespace: company.team\n"
	label = "labels:\n  system.readOnly: \"true\"\n"
	tasks = `tasks:
  - id: greet
    type: io.kestra.plugin.core.log.Log
    message: Hello
`
	badHead  = "id: hello\nnamespace: other.team\n"
	badTasks = `tasks:
  - id: greet
    type: io.kestra.plugin.core.log.Log
    mesage: Hello
`
)

func aFlow(namespace, source string) *v1alpha1.KestraFlow {
	return &v1alpha1.KestraFlow{
		ObjectMeta: metav1.ObjectMeta{Namespace: namespace, Name: "hello"},
		Spec:       v1alpha1.KestraFlowSpec{Namespace: "company.team", ID: "hello", Source: source},
	}
}

// causes are the reasons of a refusal, as kubectl prints them.
func causes(err error) []string {
	var status apierrors.APIStatus
	if !apierrors.IsInvalid(err) {
		return nil
	}
	status, _ = err.(apierrors.APIStatus)
	var texts []string
	for _, cause := range status.Status().Details.Causes {
		texts = append(texts, cause.Field+": "+cause.Message)
	}
	return texts
}

func TestABadFlowIsRefusedWithEveryFinding(t *testing.T) {
	serveWebhooks(t, webhooks.Options{})
	u := newUser(t, plane.Config())
	namespace := newNamespace(t, u)
	err := u.Create(t.Context(), aFlow(namespace, badSource))
	got := causes(err)
	if len(got) < 2 {
		t.Fatalf("the refusal is %v with the causes %q; want the namespace and the misspelling", err, got)
	}
	all := strings.Join(got, "\n")
	for _, piece := range []string{"line 2, column", "company.team", "line 6, column", "mesage", `did you mean "message"`} {
		if !strings.Contains(all, piece) {
			t.Errorf("no cause speaks of %q:\n%s", piece, all)
		}
	}
	if strings.Contains(err.Error(), "tasks:\n") {
		t.Errorf("the refusal quotes the source: %v", err)
	}
	stored := &v1alpha1.KestraFlowList{}
	if err := u.List(t.Context(), stored, client.InNamespace(namespace)); err != nil || len(stored.Items) > 0 {
		t.Errorf("%d flows are stored, %v; want none", len(stored.Items), err)
	}
}

func TestReadOnlyLabelModes(t *testing.T) {
	writable := goodSource + "labels:\n  system.readOnly: \"false\"\n"
	noPlace := goodSource + "? labels\n: team: a\n"
	tracked := map[string]string{"argocd.argoproj.io/tracking-id": "a"}
	cases := map[string]struct {
		mode        flow.LabelMode
		annotations map[string]string
		source      string
		wantSource  string // empty for a refusal
		wantWarning string
	}{
		"auto edits":                      {mode: flow.LabelModeAuto, source: goodSource, wantSource: labelledSource, wantWarning: "system.readOnly"},
		"auto leaves a labelled source":   {mode: flow.LabelModeAuto, source: labelledSource, wantSource: labelledSource},
		"auto leaves what Argo CD tracks": {mode: flow.LabelModeAuto, annotations: tracked, source: goodSource, wantSource: goodSource},
		"auto refuses a writable flow":    {mode: flow.LabelModeAuto, source: writable},
		"mutate edits what Argo CD tracks": {mode: flow.LabelModeMutate, annotations: tracked, source: goodSource,
			wantSource: labelledSource, wantWarning: "system.readOnly"},
		"mutate refuses a writable flow":       {mode: flow.LabelModeMutate, source: writable},
		"render leaves the source":             {mode: flow.LabelModeRender, source: goodSource, wantSource: goodSource},
		"render refuses a writable flow":       {mode: flow.LabelModeRender, source: writable},
		"deny refuses without the label":       {mode: flow.LabelModeDeny, source: goodSource},
		"deny takes a labelled source":         {mode: flow.LabelModeDeny, source: labelledSource, wantSource: labelledSource},
		"auto refuses what cannot be edited":   {mode: flow.LabelModeAuto, source: noPlace},
		"also of what Argo CD tracks":          {mode: flow.LabelModeAuto, annotations: tracked, source: noPlace},
		"mutate refuses what cannot be edited": {mode: flow.LabelModeMutate, source: noPlace},
		"render refuses what cannot be edited": {mode: flow.LabelModeRender, source: noPlace},
		"off takes what cannot be edited":      {mode: flow.LabelModeOff, source: noPlace, wantSource: noPlace},
		"off leaves the source":                {mode: flow.LabelModeOff, source: goodSource, wantSource: goodSource},
		"off takes a writable flow":            {mode: flow.LabelModeOff, source: writable, wantSource: writable},
	}
	for _, mode := range flow.LabelModes {
		t.Run(string(mode), func(t *testing.T) {
			serveWebhooks(t, webhooks.Options{ReadOnlyLabel: mode})
			for name, tc := range cases {
				if tc.mode != mode {
					continue
				}
				t.Run(name, func(t *testing.T) {
					u := newUser(t, plane.Config())
					obj := aFlow(newNamespace(t, u), tc.source)
					obj.Annotations = tc.annotations
					err := u.Create(t.Context(), obj)
					if tc.wantSource == "" {
						if got := causes(err); len(got) == 0 {
							t.Errorf("the answer is %v, want a refusal with causes", err)
						}
						return
					}
					if err != nil {
						t.Fatal(err)
					}
					if diff := cmp.Diff(tc.wantSource, obj.Spec.Source); diff != "" {
						t.Errorf("stored source (-want +got):\n%s", diff)
					}
					warnings := strings.Join(u.takeWarnings(), "\n")
					if (tc.wantWarning == "") != (warnings == "") || !strings.Contains(warnings, tc.wantWarning) {
						t.Errorf("the warnings are %q, want one about %q", warnings, tc.wantWarning)
					}
				})
			}
		})
	}
}

func TestDryRunGivesTheSameVerdictsAndStoresNothing(t *testing.T) {
	serveWebhooks(t, webhooks.Options{})
	u := newUser(t, plane.Config())
	namespace := newNamespace(t, u)
	dry := client.NewDryRunClient(u)
	good := aFlow(namespace, goodSource)
	if err := dry.Create(t.Context(), good); err != nil || good.Spec.Source != labelledSource {
		t.Errorf("a good flow: %v, and the source would be %q", err, good.Spec.Source)
	}
	err := dry.Create(t.Context(), aFlow(namespace, badSource))
	stored := u.Create(t.Context(), aFlow(namespace, badSource))
	if diff := cmp.Diff(causes(stored), causes(err)); diff != "" || err == nil {
		t.Errorf("causes (-stored +dry run):\n%s", diff)
	}
	list := &v1alpha1.KestraFlowList{}
	if err := u.List(t.Context(), list, client.InNamespace(namespace)); err != nil || len(list.Items) > 0 {
		t.Errorf("%d flows are stored, %v; want none", len(list.Items), err)
	}
}

func TestApplyingTheSameTextAgainChangesNothing(t *testing.T) {
	serveWebhooks(t, webhooks.Options{})
	u := newUser(t, plane.Config())
	obj := aFlow(newNamespace(t, u), goodSource)
	if err := u.Create(t.Context(), obj); err != nil {
		t.Fatal(err)
	}
	obj.Status.ObservedGeneration = obj.Generation // as the operator does at once; until then the status is a default
	if err := u.Status().Update(t.Context(), obj); err != nil {
		t.Fatal(err)
	}
	before := obj.DeepCopy()
	obj.Spec.Source = goodSource
	if err := u.Update(t.Context(), obj); err != nil {
		t.Fatal(err)
	}
	if obj.ResourceVersion != before.ResourceVersion || obj.Generation != before.Generation {
		t.Errorf("the object went from version %s, generation %d to %s, %d",
			before.ResourceVersion, before.Generation, obj.ResourceVersion, obj.Generation)
	}
}

func TestWarningsNameTheLinesThatTheUserWrote(t *testing.T) {
	serveWebhooks(t, webhooks.Options{})
	u := newUser(t, plane.Config())
	old := strings.ReplaceAll(goodSource, "io.kestra.plugin.core.log.Log", "io.kestra.core.tasks.log.Log")
	obj := aFlow(newNamespace(t, u), old)
	if err := u.Create(t.Context(), obj); err != nil {
		t.Fatal(err)
	}
	if obj.Spec.Source == old {
		t.Fatal("the source was not edited: its lines are the user's anyway")
	}
	if warnings := strings.Join(u.takeWarnings(), "\n"); !strings.Contains(warnings, "line 5: ") {
		t.Errorf("the warnings are %q, want one of line 5", warnings)
	}
}

func TestAFlowStoredUnderOlderRulesCanBeAppliedAgainAndEditedAround(t *testing.T) {
	u := newUser(t, plane.Config())
	obj := aFlow(newNamespace(t, u), badHead+label+badTasks)
	if err := u.Create(t.Context(), obj); err != nil {
		t.Fatal(err)
	}
	serveWebhooks(t, webhooks.Options{})
	obj.Spec.Suspend = true
	if err := u.Update(t.Context(), obj); err != nil {
		t.Errorf("suspend: %v", err)
	}
	again := obj.DeepCopy()
	again.Spec.Source = badSource
	if err := u.Update(t.Context(), again); err != nil {
		t.Errorf("apply the text again that the label edit made the stored one of: %v", err)
	}
	if warnings := strings.Join(u.takeWarnings(), "\n"); !strings.Contains(warnings, "system.readOnly") {
		t.Errorf("the warnings are %q, want one about the label", warnings)
	}
	changed := again.DeepCopy()
	changed.Spec.Source = badSource + "# more\n"
	if err := u.Update(t.Context(), changed); len(causes(err)) == 0 {
		t.Errorf("another bad text: %v, want a refusal", err)
	}
}
