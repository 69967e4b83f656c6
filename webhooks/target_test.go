package webhooks_test

import (
	"context"
	"errors"
	"strings"
	"testing"

	"k8s.io/apimachinery/pkg/types"

	"github.com/kestra-operator/kestra-operator/webhooks"
)

// owners is an index of targets, by kind, tenant, namespace and name.
type owners map[[4]string]types.NamespacedName

func (o owners) Owner(_ context.Context, kind, tenant, namespace, name string) (types.NamespacedName, bool) {
	owner, found := o[[4]string{kind, tenant, namespace, name}]
	return owner, found
}

func TestASecondObjectForOneTargetIsRefused(t *testing.T) {
	first := types.NamespacedName{Namespace: "team-a", Name: "first"}
	serveWebhooks(t, webhooks.Options{Targets: owners{
		{"KestraFlow", "", "company.team", "hello"}:               first,
		{"KestraKeyValue", "", "company.team", "hello"}:           first,
		{"KestraNamespaceFile", "", "company.team", "/hello.txt"}: first,
	}})
	u := newUser(t, plane.Config())
	namespace := newNamespace(t, u)
	for kind, spec := range completeSpecs {
		t.Run(kind, func(t *testing.T) {
			want := "spec." + nameField(kind) + ": Forbidden: " + kind + " team-a/first already keeps this in Kestra"
			err := u.Create(t.Context(), object(namespace, kind, spec))
			if all := strings.Join(causes(err), "\n"); !strings.Contains(all, want) {
				t.Errorf("the answer is %v, want a cause with %q", err, want)
			}
			if err := u.Create(t.Context(), object(namespace, kind, with(spec, map[string]any{"tenant": "other"}))); err != nil {
				t.Errorf("the same name in another tenant: %v", err)
			}
		})
	}
}

func TestTheTargetPolicyRefusesForeignNamespaces(t *testing.T) {
	var allowed string
	serveWebhooks(t, webhooks.Options{TargetPolicy: func(kubernetesNamespace, tenant, namespace string) error {
		if kubernetesNamespace == allowed && namespace == "company.team" && tenant == "" {
			return nil
		}
		return errors.New("this namespace may write to company.team only")
	}})
	u := newUser(t, plane.Config())
	allowed = newNamespace(t, u)
	other := newNamespace(t, u)
	for kind, spec := range completeSpecs {
		t.Run(kind, func(t *testing.T) {
			if err := u.Create(t.Context(), object(allowed, kind, spec)); err != nil {
				t.Errorf("an allowed target: %v", err)
			}
			err := u.Create(t.Context(), object(other, kind, spec))
			if all := strings.Join(causes(err), "\n"); !strings.Contains(all, "spec.namespace: Forbidden: this namespace may write to company.team only") {
				t.Errorf("the answer is %v, want that the policy forbids it", err)
			}
		})
	}
}
