package webhooks_test

import (
	"strings"
	"testing"

	"github.com/kestra-operator/kestra-operator/schemas/v1alpha1"
	"github.com/kestra-operator/kestra-operator/webhooks"
)

func TestTheOperatorClassIsImmutable(t *testing.T) {
	serveWebhooks(t, webhooks.Options{})
	u := newUser(t, plane.Config())
	namespace := newNamespace(t, u)
	const class = v1alpha1.LabelOperatorClass
	cases := map[string]struct {
		before, after map[string]string
		wantRefused   bool
	}{
		"it stays while others change": {map[string]string{class: "a"}, map[string]string{class: "a", "other": "b"}, false},
		"it changes":                   {map[string]string{class: "a"}, map[string]string{class: "b"}, true},
		"it comes":                     {nil, map[string]string{class: "a"}, true},
		"it goes":                      {map[string]string{class: "a"}, nil, true},
	}
	for kind, spec := range completeSpecs {
		for name, tc := range cases {
			t.Run(kind+": "+name, func(t *testing.T) {
				obj := object(namespace, kind, spec)
				obj.SetLabels(tc.before)
				if err := u.Create(t.Context(), obj); err != nil {
					t.Fatal(err)
				}
				obj.SetLabels(tc.after)
				err := u.Update(t.Context(), obj)
				refused := strings.Contains(strings.Join(causes(err), "\n"), "an object keeps its operator")
				if refused != tc.wantRefused || (!refused && err != nil) {
					t.Errorf("the answer is %v, want a refusal: %t", err, tc.wantRefused)
				}
			})
		}
	}
}
