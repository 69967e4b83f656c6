package config_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	certmanagerv1 "github.com/cert-manager/cert-manager/pkg/apis/certmanager/v1"
	"github.com/google/go-cmp/cmp"
	admissionregistrationv1 "k8s.io/api/admissionregistration/v1"
	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	apiextensionsv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/kestra-operator/kestra-operator/schemas/v1alpha1"
)

// guard is what of a webhook says which objects it judges, and who does.
type guard struct {
	objects, namespaces *metav1.LabelSelector
	service             *admissionregistrationv1.ServiceReference
}

func guards(objects []client.Object) (found []guard) {
	for _, configuration := range ofType[*admissionregistrationv1.MutatingWebhookConfiguration](objects) {
		for _, hook := range configuration.Webhooks {
			found = append(found, guard{hook.ObjectSelector, hook.NamespaceSelector, hook.ClientConfig.Service})
		}
	}
	for _, configuration := range ofType[*admissionregistrationv1.ValidatingWebhookConfiguration](objects) {
		for _, hook := range configuration.Webhooks {
			found = append(found, guard{hook.ObjectSelector, hook.NamespaceSelector, hook.ClientConfig.Service})
		}
	}
	return found
}

func arguments(objects []client.Object) []string {
	return ofType[*appsv1.Deployment](objects)[0].Spec.Template.Spec.Containers[0].Args
}

func TestWebhooksGuardTheObjectsThatTheOperatorKeeps(t *testing.T) {
	requirement := func(key string, operator metav1.LabelSelectorOperator, values ...string) []metav1.LabelSelectorRequirement {
		return []metav1.LabelSelectorRequirement{{Key: key, Operator: operator, Values: values}}
	}
	classless := requirement(v1alpha1.LabelOperatorClass, metav1.LabelSelectorOpDoesNotExist)
	watched := requirement(corev1.LabelMetadataName, metav1.LabelSelectorOpIn, "team-a", "team-b")
	cases := map[string]struct {
		components     []string
		wantObjects    metav1.LabelSelector
		wantNamespaces *metav1.LabelSelector
		wantArguments  []string
	}{
		"those without a class": {
			wantObjects: metav1.LabelSelector{MatchExpressions: classless},
		},
		"those of its class": {
			components:    []string{"operator-class"},
			wantObjects:   metav1.LabelSelector{MatchLabels: map[string]string{v1alpha1.LabelOperatorClass: "blue"}},
			wantArguments: []string{"--operator-class=blue"},
		},
		"those of its namespaces": {
			components:     []string{"watch-namespaces"},
			wantObjects:    metav1.LabelSelector{MatchExpressions: classless},
			wantNamespaces: &metav1.LabelSelector{MatchExpressions: watched},
			wantArguments:  []string{"--watch-namespaces=team-a,team-b"},
		},
		"those with its labels": {
			components:    []string{"watch-selector"},
			wantObjects:   metav1.LabelSelector{MatchExpressions: classless, MatchLabels: map[string]string{"team": "data"}},
			wantArguments: []string{"--watch-selector=team=data"},
		},
		"all of this at once": {
			components:     []string{"operator-class", "watch-namespaces", "watch-selector"},
			wantObjects:    metav1.LabelSelector{MatchLabels: map[string]string{v1alpha1.LabelOperatorClass: "blue", "team": "data"}},
			wantNamespaces: &metav1.LabelSelector{MatchExpressions: watched},
			wantArguments:  []string{"--operator-class=blue", "--watch-namespaces=team-a,team-b", "--watch-selector=team=data"},
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			plain, objects := render(t, "self-managed"), renderWith(t, tc.components...)
			found := guards(objects)
			if len(found) != 4 {
				t.Errorf("there are %d webhooks, want 4", len(found))
			}
			for _, got := range found {
				if diff := cmp.Diff(&tc.wantObjects, got.objects); diff != "" {
					t.Errorf("objects (-want +got):\n%s", diff)
				}
				if diff := cmp.Diff(tc.wantNamespaces, got.namespaces); diff != "" {
					t.Errorf("namespaces (-want +got):\n%s", diff)
				}
			}
			want := append(slices.Clone(arguments(plain)), tc.wantArguments...)
			if diff := cmp.Diff(want, arguments(objects)); diff != "" {
				t.Errorf("arguments (-want +got):\n%s", diff)
			}
		})
	}
}

// identities name what would clash: two operators may share the definitions, and nothing else.
func identities(objects []client.Object) map[string]bool {
	names := map[string]bool{}
	for _, object := range objects {
		if _, shared := object.(*apiextensionsv1.CustomResourceDefinition); !shared {
			names[fmt.Sprintf("%T %s/%s", object, object.GetNamespace(), object.GetName())] = true
		}
	}
	return names
}

func TestAFurtherOperatorSharesNothingButTheDefinitions(t *testing.T) {
	entries := map[string][]string{
		"self-managed": {"another-operator", "operator-class"},
		"default":      {"another-operator", "another-operator/cert-manager", "operator-class"},
	}
	for entry, components := range entries {
		t.Run(entry, func(t *testing.T) {
			first, further := render(t, entry), render(t, overlay(t, entry, components...))
			taken, names := identities(first), identities(further)
			if len(names) != len(taken) {
				t.Errorf("there are %d objects, want %d", len(names), len(taken))
			}
			for name := range names {
				if taken[name] {
					t.Errorf("%s is the first operator's too", name)
				}
			}
			assertRefersToItsOwn(t, further, names)
		})
	}
}

// assertRefersToItsOwn checks what kustomize does not know to be a name.
func assertRefersToItsOwn(t *testing.T, objects []client.Object, names map[string]bool) {
	t.Helper()
	const namespace = "kestra-operator-blue"
	exists := func(what, name string) {
		t.Helper()
		if !names[what+" "+name] {
			t.Errorf("there is no %s %s", what, name)
		}
	}
	for _, guard := range guards(objects) {
		exists("*v1.Service", guard.service.Namespace+"/"+guard.service.Name)
	}
	for flag, what := range map[string]string{
		"--webhook-service=":    "*v1.Service " + namespace,
		"--validating-webhook=": "*v1.ValidatingWebhookConfiguration ",
		"--mutating-webhook=":   "*v1.MutatingWebhookConfiguration ",
	} {
		for _, argument := range arguments(objects) {
			if name, found := strings.CutPrefix(argument, flag); found && !names[what+"/"+name] {
				t.Errorf("there is nothing that %s names", argument)
			}
		}
	}
	for _, role := range ofType[*rbacv1.ClusterRole](objects) {
		for _, rule := range role.Rules {
			if slices.Contains(rule.APIGroups, "admissionregistration.k8s.io") && len(rule.ResourceNames) > 0 {
				exists("*v1.MutatingWebhookConfiguration", "/"+rule.ResourceNames[0])
				exists("*v1.ValidatingWebhookConfiguration", "/"+rule.ResourceNames[1])
			}
		}
	}
	for _, binding := range ofType[*rbacv1.ClusterRoleBinding](objects) {
		exists("*v1.ClusterRole", "/"+binding.RoleRef.Name)
		exists("*v1.ServiceAccount", binding.Subjects[0].Namespace+"/"+binding.Subjects[0].Name)
	}
	for _, certificate := range ofType[*certmanagerv1.Certificate](objects) {
		exists("*v1.Issuer", certificate.Namespace+"/"+certificate.Spec.IssuerRef.Name)
		for _, name := range certificate.Spec.DNSNames {
			service, _, _ := strings.Cut(name, ".")
			exists("*v1.Service", namespace+"/"+service)
		}
	}
	for _, object := range objects {
		if from := object.GetAnnotations()["cert-manager.io/inject-ca-from"]; from != "" {
			exists("*v1.Certificate", from)
		}
	}
}

func TestTheAPIServerTakesTwoOperators(t *testing.T) {
	for _, folder := range []string{"self-managed", overlay(t, "self-managed", "another-operator", "operator-class")} {
		output, err := plane.Kubectl(t.Context(), "apply", "--server-side", "-k", folder)
		if err != nil {
			t.Fatal(err)
		}
		if strings.Contains(output, "Warning") {
			t.Errorf("the API server warns:\n%s", output)
		}
	}
	output, err := plane.Kubectl(t.Context(), "get", "validatingwebhookconfigurations", "-o",
		`jsonpath={range .items[*]}{.metadata.name} {.webhooks[0].clientConfig.service.namespace}{"\n"}{end}`)
	if err != nil {
		t.Fatal(err)
	}
	const want = "kestra-operator-validating kestra-operator-system\nkestra-operator-validating-blue kestra-operator-blue\n"
	if diff := cmp.Diff(want, output); diff != "" {
		t.Errorf("webhooks (-want +got):\n%s", diff)
	}
}
