package webhooks_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/kestra-operator/kestra-operator/schemas/v1alpha1"
)

func TestKubectlGetShowsWhatMatters(t *testing.T) {
	u := newUser(t, plane.Config())
	obj := aFlow(newNamespace(t, u), goodSource)
	if err := u.Create(t.Context(), obj); err != nil {
		t.Fatal(err)
	}
	obj.Status.Revision, obj.Status.SourceHash, obj.Status.URL = 7, "abc123", "http://kestra/ui"
	obj.Status.Conditions = []metav1.Condition{{
		Type: v1alpha1.ConditionReady, Status: metav1.ConditionTrue, Reason: v1alpha1.ReasonSucceeded,
		Message: "in sync", LastTransitionTime: metav1.Now(),
	}}
	if err := u.Status().Update(t.Context(), obj); err != nil {
		t.Fatal(err)
	}
	cases := map[string]struct{ output, wantHeader, wantRow string }{
		"plain": {"", "NAME KESTRA-NS ID REVISION READY STATUS AGE", "hello company.team hello 7 True Succeeded"},
		"wide":  {"wide", "NAME KESTRA-NS ID REVISION READY STATUS AGE HASH URL MESSAGE", "abc123 http://kestra/ui in sync"},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			output, err := plane.Kubectl(t.Context(), "get", "flow", "-n", obj.Namespace, "-o", tc.output)
			if err != nil {
				t.Fatal(err)
			}
			lines := strings.Split(strings.TrimSpace(output), "\n")
			if diff := cmp.Diff(tc.wantHeader, strings.Join(strings.Fields(lines[0]), " ")); diff != "" {
				t.Errorf("header (-want +got):\n%s", diff)
			}
			if row := strings.Join(strings.Fields(lines[1]), " "); !strings.Contains(row, tc.wantRow) {
				t.Errorf("the row is %q, want %q in it", row, tc.wantRow)
			}
		})
	}
}
