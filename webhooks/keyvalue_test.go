package webhooks_test

import (
	"fmt"
	"strings"
	"testing"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/kestra-operator/kestra-operator/webhooks"
)

func TestKeyValuesAndFilesAreJudged(t *testing.T) {
	serveWebhooks(t, webhooks.Options{})
	u := newUser(t, plane.Config())
	namespace := newNamespace(t, u)
	const secret = "hunter2"
	cases := map[string]struct {
		kind    string
		changes map[string]any
		want    string // a piece of the causes; empty for none
	}{
		"an untyped value":                 {kind: "KestraKeyValue"},
		"a value of its type":              {kind: "KestraKeyValue", changes: map[string]any{"type": "NUMBER", "value": "42"}},
		"a value that is not of its type":  {kind: "KestraKeyValue", changes: map[string]any{"type": "NUMBER", "value": secret}, want: "spec.value: Invalid value: the value is not a NUMBER"},
		"JSON that is broken":              {kind: "KestraKeyValue", changes: map[string]any{"type": "JSON", "value": `{"a": ` + secret}, want: "spec.value: Invalid value: the value is not JSON"},
		"an unknown type":                  {kind: "KestraKeyValue", changes: map[string]any{"type": "TEXT"}, want: "spec.type: Invalid value: unknown type"},
		"a bad time to live":               {kind: "KestraKeyValue", changes: map[string]any{"ttl": "30m"}, want: "spec.ttl: Invalid value: write an ISO-8601 duration"},
		"two values":                       {kind: "KestraKeyValue", changes: map[string]any{"valueFrom": map[string]any{"secretKeyRef": map[string]any{"name": "a", "key": "b"}}}, want: "spec.valueFrom: Forbidden"},
		"no value":                         {kind: "KestraKeyValue", changes: map[string]any{"value": nil}, want: "spec.value: Required value"},
		"a file":                           {kind: "KestraNamespaceFile"},
		"an empty file":                    {kind: "KestraNamespaceFile", changes: map[string]any{"content": ""}},
		"no content":                       {kind: "KestraNamespaceFile", changes: map[string]any{"content": nil}, want: "spec.content: Required value"},
		"a path that leaves the namespace": {kind: "KestraNamespaceFile", changes: map[string]any{"filename": "a/%2e%2e/b"}, want: "spec.filename: Invalid value: percent-decoded"},
		"a path of a flow":                 {kind: "KestraNamespaceFile", changes: map[string]any{"filename": "_flows/a.yml"}, want: "spec.filename: Invalid value: the path is under _flows"},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			err := u.Create(t.Context(), object(namespace, tc.kind, with(completeSpecs[tc.kind], tc.changes)))
			if tc.want == "" {
				if err != nil {
					t.Errorf("refused: %v", err)
				}
				return
			}
			if all := strings.Join(causes(err), "\n"); !strings.Contains(all, tc.want) {
				t.Errorf("the answer is %v, want a cause with %q", err, tc.want)
			}
			if strings.Contains(fmt.Sprint(err), secret) {
				t.Errorf("the refusal shows the value: %v", err)
			}
		})
	}
}

func TestAReferenceNeedsTheRightToReadWhatItRefersTo(t *testing.T) {
	admin := newUser(t, plane.Config())
	serveWebhooks(t, webhooks.Options{Access: webhooks.NewAccessReviewer(admin)})
	namespace := newNamespace(t, admin)
	author := newAuthor(t, admin, namespace, "readable")
	cases := map[string]struct {
		secret      string
		wantRefused bool
	}{
		"a Secret that the author may read":     {secret: "readable"},
		"a Secret that the author may not read": {secret: "other", wantRefused: true},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			reference := map[string]any{"secretKeyRef": map[string]any{"name": tc.secret, "key": "a"}}
			for kind, changes := range map[string]map[string]any{
				"KestraKeyValue":      {"value": nil, "valueFrom": reference},
				"KestraNamespaceFile": {"content": nil, "contentFrom": reference},
			} {
				stored := object(namespace, kind, completeSpecs[kind])
				if err := author.Create(t.Context(), stored); err != nil {
					t.Fatal(err)
				}
				changed := stored.DeepCopy()
				changed.Object["spec"] = with(completeSpecs[kind], changes)
				for verb, err := range map[string]error{
					"a dry run":    author.Create(t.Context(), object(namespace, kind, with(completeSpecs[kind], changes)), client.DryRunAll),
					"a creation":   author.Create(t.Context(), object(namespace, kind, with(completeSpecs[kind], changes))),
					"a dry change": author.Update(t.Context(), changed.DeepCopy(), client.DryRunAll),
					"a change":     author.Update(t.Context(), changed),
				} {
					refused := apierrors.IsInvalid(err) && strings.Contains(err.Error(), `user "author" may not get secrets "other"`)
					if refused != tc.wantRefused || (!refused && err != nil) {
						t.Errorf("%s of a %s: the answer is %v, want a refusal: %t", verb, kind, err, tc.wantRefused)
					}
				}
			}
		})
	}
}
