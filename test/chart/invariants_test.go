package chart

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	certmanagerv1 "github.com/cert-manager/cert-manager/pkg/apis/certmanager/v1"
	admissionv1 "k8s.io/api/admissionregistration/v1"
	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	policyv1 "k8s.io/api/policy/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"
)

// canary stands for every credential in the matrix of values.
const canary = "canary-of-a-credential"

// checkInvariants asserts what is true of every rendering, whatever the values.
func checkInvariants(t *testing.T, r rendering) {
	t.Helper()
	for _, check := range []func(*testing.T, rendering){
		checkObjectsDiffer,
		checkLabels,
		checkSelectors,
		checkWebhooksReachTheOperator,
		checkCertificateIsServed,
		checkBindings,
		checkArguments,
		checkNoCredentialOutsideOfSecrets,
	} {
		check(t, r)
	}
}

func checkObjectsDiffer(t *testing.T, r rendering) {
	t.Helper()
	seen := map[string]bool{}
	for _, o := range r.objects {
		key := fmt.Sprintf("%T %s/%s", o, o.GetNamespace(), o.GetName())
		if seen[key] {
			t.Errorf("%s is rendered twice", key)
		}
		seen[key] = true
	}
}

func checkLabels(t *testing.T, r rendering) {
	t.Helper()
	for _, o := range r.objects {
		for label, want := range map[string]string{
			"app.kubernetes.io/instance":   r.release,
			"app.kubernetes.io/managed-by": "Helm",
		} {
			if got := o.GetLabels()[label]; got != want {
				t.Errorf("%T %s: label %s is %q, want %q", o, o.GetName(), label, got, want)
			}
		}
	}
}

// checkSelectors asserts that everything that selects pods selects the operator's, and that ports exist by name.
func checkSelectors(t *testing.T, r rendering) {
	t.Helper()
	template := only[*appsv1.Deployment](t, r).Spec.Template
	container := template.Spec.Containers[0]
	selectors := map[string]*metav1.LabelSelector{"Deployment": only[*appsv1.Deployment](t, r).Spec.Selector}
	for _, service := range all[*corev1.Service](r) {
		selectors["Service "+service.Name] = &metav1.LabelSelector{MatchLabels: service.Spec.Selector}
		for _, port := range service.Spec.Ports {
			if !slices.ContainsFunc(container.Ports, func(p corev1.ContainerPort) bool { return p.Name == port.TargetPort.StrVal }) {
				t.Errorf("Service %s: no container port is named %q", service.Name, port.TargetPort.StrVal)
			}
		}
	}
	for _, budget := range all[*policyv1.PodDisruptionBudget](r) {
		selectors["PodDisruptionBudget"] = budget.Spec.Selector
	}
	for _, constraint := range template.Spec.TopologySpreadConstraints {
		if constraint.LabelSelector != nil {
			selectors["topology spread over "+constraint.TopologyKey] = constraint.LabelSelector
		}
	}
	if apart := template.Spec.Affinity.PodAntiAffinity; apart != nil {
		for _, term := range apart.PreferredDuringSchedulingIgnoredDuringExecution {
			selectors["anti-affinity over "+term.PodAffinityTerm.TopologyKey] = term.PodAffinityTerm.LabelSelector
		}
	}
	for what, s := range selectors {
		selector, err := metav1.LabelSelectorAsSelector(s)
		if err != nil {
			t.Errorf("%s: %v", what, err)
		} else if selector.Empty() || !selector.Matches(labels.Set(template.Labels)) {
			t.Errorf("%s selects %q, the operator's pods have %q", what, selector, template.Labels)
		}
	}
}

func checkWebhooksReachTheOperator(t *testing.T, r rendering) {
	t.Helper()
	check := func(name string, client admissionv1.WebhookClientConfig) {
		if client.Service == nil {
			t.Errorf("webhook %s calls no Service", name)
			return
		}
		service := named[*corev1.Service](t, r, client.Service.Name)
		if client.Service.Namespace != r.namespace || service.Namespace != r.namespace {
			t.Errorf("webhook %s calls namespace %s, the release is in %s", name, client.Service.Namespace, r.namespace)
		}
		if got := service.Spec.Ports[0].Port; got != *client.Service.Port {
			t.Errorf("webhook %s calls port %d, the Service listens on %d", name, *client.Service.Port, got)
		}
	}
	for _, w := range only[*admissionv1.MutatingWebhookConfiguration](t, r).Webhooks {
		check(w.Name, w.ClientConfig)
	}
	for _, w := range only[*admissionv1.ValidatingWebhookConfiguration](t, r).Webhooks {
		check(w.Name, w.ClientConfig)
	}
}

// checkCertificateIsServed asserts that what cert-manager writes is what the operator serves, and good for the Service.
func checkCertificateIsServed(t *testing.T, r rendering) {
	t.Helper()
	served := argument(t, r, "--certificate-secret")
	for _, certificate := range all[*certmanagerv1.Certificate](r) {
		if certificate.Spec.IsCA {
			continue
		}
		if certificate.Spec.SecretName != served {
			t.Errorf("cert-manager writes Secret %q, the operator serves %q", certificate.Spec.SecretName, served)
		}
		service := *only[*admissionv1.ValidatingWebhookConfiguration](t, r).Webhooks[0].ClientConfig.Service
		if name := service.Name + "." + service.Namespace + ".svc"; !slices.Contains(certificate.Spec.DNSNames, name) {
			t.Errorf("the certificate is for %q, the API server calls %s", certificate.Spec.DNSNames, name)
		}
	}
}

// checkBindings asserts that every binding binds a rendered role to the pods' service account.
func checkBindings(t *testing.T, r rendering) {
	t.Helper()
	account := only[*appsv1.Deployment](t, r).Spec.Template.Spec.ServiceAccountName
	check := func(name string, subjects []rbacv1.Subject) {
		want := []rbacv1.Subject{{Kind: "ServiceAccount", Name: account, Namespace: r.namespace}}
		if !slices.Equal(subjects, want) {
			t.Errorf("binding %s is for %v, want %v", name, subjects, want)
		}
	}
	for _, binding := range all[*rbacv1.ClusterRoleBinding](r) {
		named[*rbacv1.ClusterRole](t, r, binding.RoleRef.Name)
		check(binding.Name, binding.Subjects)
	}
	for _, binding := range all[*rbacv1.RoleBinding](r) {
		if !slices.ContainsFunc(all[*rbacv1.Role](r), func(role *rbacv1.Role) bool {
			return role.Name == binding.RoleRef.Name && role.Namespace == binding.Namespace
		}) {
			t.Errorf("binding %s/%s: no Role %s", binding.Namespace, binding.Name, binding.RoleRef.Name)
		}
		check(binding.Name, binding.Subjects)
	}
	for _, role := range all[*rbacv1.ClusterRole](r) {
		checkRules(t, role.Name, role.Rules)
	}
	for _, role := range all[*rbacv1.Role](r) {
		checkRules(t, role.Name, role.Rules)
	}
}

func checkRules(t *testing.T, role string, rules []rbacv1.PolicyRule) {
	t.Helper()
	if len(rules) == 0 {
		t.Errorf("role %s has no rules", role)
	}
	for _, rule := range rules {
		if all := slices.Concat(rule.APIGroups, rule.Resources, rule.Verbs); slices.Contains(all, "*") {
			t.Errorf("role %s has a wildcard: %v", role, rule)
		}
	}
}

// checkArguments asserts that the operator knows every flag that it is given.
func checkArguments(t *testing.T, r rendering) {
	t.Helper()
	known := knownFlags(t)
	arguments := only[*appsv1.Deployment](t, r).Spec.Template.Spec.Containers[0].Args
	if arguments[0] != "run" {
		t.Errorf("the command is %q, want run", arguments[0])
	}
	for _, argument := range arguments[1:] {
		name, _, _ := strings.Cut(strings.TrimPrefix(argument, "--"), "=")
		if !known[name] {
			t.Errorf("the operator has no flag for the argument %q", argument)
		}
	}
}

func checkNoCredentialOutsideOfSecrets(t *testing.T, r rendering) {
	t.Helper()
	for document := range strings.SplitSeq(r.text, "\n---\n") {
		if strings.Contains(document, canary) && !strings.Contains(document, "\nkind: Secret\n") {
			t.Errorf("a credential stands outside of a Secret:\n%s", document)
		}
	}
}
