package chart

import (
	"fmt"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"
	rbacv1 "k8s.io/api/rbac/v1"
)

// may lists the rights that a rendering gives as "namespace: verb group/resource", with "*" for the whole cluster and
// "by name" at the end of a right to some objects only, as a set.
func may(r rendering) map[string]bool {
	rights := map[string]bool{}
	add := func(namespace string, rules []rbacv1.PolicyRule) {
		for _, rule := range rules {
			for _, group := range rule.APIGroups {
				for _, resource := range rule.Resources {
					for _, verb := range rule.Verbs {
						right := fmt.Sprintf("%s: %s %s/%s", namespace, verb, group, resource)
						if len(rule.ResourceNames) > 0 {
							right += " by name"
						}
						rights[right] = true
					}
				}
			}
		}
	}
	for _, binding := range all[*rbacv1.ClusterRoleBinding](r) {
		for _, role := range all[*rbacv1.ClusterRole](r) {
			if role.Name == binding.RoleRef.Name {
				add("*", role.Rules)
			}
		}
	}
	for _, role := range all[*rbacv1.Role](r) {
		add(role.Namespace, role.Rules)
	}
	return rights
}

func TestRightsFollowTheMode(t *testing.T) {
	for name, test := range map[string]struct {
		values      string
		want, never []string
	}{
		"every namespace": {
			values: "",
			want:   []string{"*: watch model.kestra.io/kestraflows", "*: patch model.kestra.io/kestraflows/status", "kestra: update coordination.k8s.io/leases by name"},
			never:  []string{"*: get /secrets", "*: get /configmaps", "*: delete model.kestra.io/kestraflows", "*: create model.kestra.io/kestraflows", "*: update model.kestra.io/kestraflows"},
		},
		"a list of namespaces": {
			values: "watchNamespaces: [a, b]",
			want:   []string{"a: watch model.kestra.io/kestraflows", "b: patch model.kestra.io/kestrakeyvalues", "kestra: create coordination.k8s.io/leases"},
			never:  []string{"*: get model.kestra.io/kestraflows", "*: watch model.kestra.io/kestraflows", "kestra: watch model.kestra.io/kestraflows"},
		},
		"CRDs by the operator": {
			values: "crds: {mode: operator}",
			want:   []string{"*: get apiextensions.k8s.io/customresourcedefinitions by name", "*: create apiextensions.k8s.io/customresourcedefinitions", "*: patch apiextensions.k8s.io/customresourcedefinitions by name"},
			never:  []string{"*: delete apiextensions.k8s.io/customresourcedefinitions"},
		},
		"CRDs by the chart": {
			values: "crds: {mode: chart}",
			want:   []string{"*: get apiextensions.k8s.io/customresourcedefinitions by name"},
			never:  []string{"*: create apiextensions.k8s.io/customresourcedefinitions", "*: patch apiextensions.k8s.io/customresourcedefinitions by name"},
		},
		"a certificate of its own": {
			values: "certificates: {mode: self-managed}",
			want:   []string{"kestra: update /secrets by name", "kestra: watch /secrets", "*: update admissionregistration.k8s.io/validatingwebhookconfigurations by name"},
			never:  []string{"*: get /secrets", "*: create admissionregistration.k8s.io/validatingwebhookconfigurations"},
		},
		"a certificate by cert-manager": {
			values: "",
			want:   []string{"kestra: watch /secrets by name", "kestra: list /secrets by name", "*: list admissionregistration.k8s.io/validatingwebhookconfigurations by name", "*: list admissionregistration.k8s.io/mutatingwebhookconfigurations by name"},
			never:  []string{"kestra: list /secrets", "kestra: watch /secrets", "kestra: update /secrets by name", "*: update admissionregistration.k8s.io/validatingwebhookconfigurations by name", "*: list admissionregistration.k8s.io/validatingwebhookconfigurations"},
		},
		"values from Secrets and ConfigMaps": {
			values: "{watchNamespaces: [a], valueFrom: {enabled: true}}",
			want:   []string{"a: get /secrets", "a: watch /configmaps", "*: create authorization.k8s.io/subjectaccessreviews"},
			never:  []string{"*: get /secrets", "kestra: list /secrets"},
		},
		"a server's catalog": {
			values: "",
			want:   []string{"kestra: update /configmaps by name", "kestra: get /secrets by name", "kestra: create /secrets"},
		},
		"a pinned version": {
			values: "configuration: {kestra: {version: '1.3'}}",
			never:  []string{"kestra: get /configmaps by name", "kestra: create /configmaps"},
		},
		"metrics for everybody": {
			values: "metrics: {secure: false}",
			never:  []string{"*: create authentication.k8s.io/tokenreviews", "*: create authorization.k8s.io/subjectaccessreviews"},
		},
		"metrics for some": {
			values: "",
			want:   []string{"*: create authentication.k8s.io/tokenreviews", "*: create authorization.k8s.io/subjectaccessreviews"},
			never:  []string{"*: get /secrets"},
		},
		"metrics that are switched off": {
			values: "metrics: {enabled: false}",
			never:  []string{"*: create authentication.k8s.io/tokenreviews", "*: create authorization.k8s.io/subjectaccessreviews"},
		},
		"no leader to elect": {
			values: "{replicaCount: 1, leaderElection: {enabled: false}}",
			never:  []string{"kestra: get coordination.k8s.io/leases by name"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := may(render(t, test.values))
			for _, right := range test.want {
				if !got[right] {
					t.Errorf("missing %q", right)
				}
			}
			for _, right := range test.never {
				if got[right] {
					t.Errorf("too much: %q", right)
				}
			}
		})
	}
}

func TestOwnObjectsAreBoundByName(t *testing.T) {
	r := render(t, "certificates: {mode: self-managed}")
	for _, role := range all[*rbacv1.ClusterRole](r) {
		for _, rule := range role.Rules {
			writes := slices.Contains(rule.Verbs, "update") || slices.Contains(rule.Verbs, "patch")
			if writes && rule.APIGroups[0] != "model.kestra.io" && rule.Resources[0] != "events" && len(rule.ResourceNames) == 0 {
				t.Errorf("%s may change every one of %q", role.Name, rule.Resources)
			}
		}
	}
}

func TestKubernetesOwnRolesLearnTheKinds(t *testing.T) {
	r := render(t, "")
	viewer := named[*rbacv1.ClusterRole](t, r, "r-kestra-operator.kestra:viewer")
	editor := named[*rbacv1.ClusterRole](t, r, "r-kestra-operator.kestra:editor")
	if viewer.Labels["rbac.authorization.k8s.io/aggregate-to-view"] != "true" || editor.Labels["rbac.authorization.k8s.io/aggregate-to-edit"] != "true" {
		t.Errorf("labels are %q and %q", viewer.Labels, editor.Labels)
	}
	if diff := cmp.Diff([]string{"get", "list", "watch"}, viewer.Rules[0].Verbs); diff != "" {
		t.Error(diff)
	}
	if got := len(all[*rbacv1.ClusterRole](render(t, "{rbac: {aggregate: false}, metrics: {enabled: false}}"))); got != 1 {
		t.Errorf("%d cluster roles without aggregation, want the operator's alone", got)
	}
}

func TestRolesAndServiceAccountCanBeSomebodyElses(t *testing.T) {
	r := render(t, "{rbac: {create: false}, serviceAccount: {create: false, name: mine}}")
	if n := len(may(r)) + len(all[*rbacv1.ClusterRole](r)) + len(all[*rbacv1.RoleBinding](r)); n != 0 {
		t.Errorf("%d roles or bindings although none are asked for", n)
	}
	if n := len(all[*corev1.ServiceAccount](r)); n != 0 {
		t.Errorf("%d service accounts although none is asked for", n)
	}
	if got := pod(t, r).ServiceAccountName; got != "mine" {
		t.Errorf("pods run as %q, want mine", got)
	}
}
