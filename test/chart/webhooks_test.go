package chart

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"
	admissionv1 "k8s.io/api/admissionregistration/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/utils/ptr"
)

// TestWebhooksAreThoseOfTheKustomization compares what both ways to install have in common: everything but where
// the webhooks are reached and whose objects they are for.
func TestWebhooksAreThoseOfTheKustomization(t *testing.T) {
	text, err := os.ReadFile(filepath.Join("..", "..", "config", "webhook", "manifests.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	objects, err := decode(string(text))
	if err != nil {
		t.Fatal(err)
	}
	want, got := rendering{objects: objects}, render(t, "")
	mutating := func(r rendering) (hooks []admissionv1.MutatingWebhook) {
		for _, hook := range only[*admissionv1.MutatingWebhookConfiguration](t, r).Webhooks {
			hook.ClientConfig = pathOnly(hook.ClientConfig)
			hooks = append(hooks, hook)
		}
		return hooks
	}
	validating := func(r rendering) (hooks []admissionv1.ValidatingWebhook) {
		for _, hook := range only[*admissionv1.ValidatingWebhookConfiguration](t, r).Webhooks {
			hook.ClientConfig = pathOnly(hook.ClientConfig)
			hooks = append(hooks, hook)
		}
		return hooks
	}
	if diff := cmp.Diff(mutating(want), mutating(got)); diff != "" {
		t.Errorf("mutating webhooks, kustomization (-) and chart (+): %s", diff)
	}
	if diff := cmp.Diff(validating(want), validating(got)); diff != "" {
		t.Errorf("validating webhooks, kustomization (-) and chart (+): %s", diff)
	}
}

func pathOnly(client admissionv1.WebhookClientConfig) admissionv1.WebhookClientConfig {
	return admissionv1.WebhookClientConfig{Service: &admissionv1.ServiceReference{Path: client.Service.Path}}
}

func TestWebhooksGuardOnlyWhatTheOperatorWatches(t *testing.T) {
	watched := metav1.LabelSelectorRequirement{Key: "kubernetes.io/metadata.name", Operator: metav1.LabelSelectorOpIn, Values: []string{"a", "b"}}
	mine := metav1.LabelSelectorRequirement{Key: "team", Operator: metav1.LabelSelectorOpExists}
	for name, test := range map[string]struct {
		values string
		want   *metav1.LabelSelector
	}{
		"everything":      {"", nil},
		"a list":          {"watchNamespaces: [a, b]", &metav1.LabelSelector{MatchExpressions: []metav1.LabelSelectorRequirement{watched}}},
		"a selector":      {"webhook: {namespaceSelector: {matchLabels: {x: z}}}", &metav1.LabelSelector{MatchLabels: map[string]string{"x": "z"}}},
		"a list and more": {"{watchNamespaces: [a, b], webhook: {namespaceSelector: {matchExpressions: [{key: team, operator: Exists}]}}}", &metav1.LabelSelector{MatchExpressions: []metav1.LabelSelectorRequirement{mine, watched}}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for _, hook := range only[*admissionv1.ValidatingWebhookConfiguration](t, render(t, test.values)).Webhooks {
				if diff := cmp.Diff(test.want, hook.NamespaceSelector); diff != "" {
					t.Errorf("%s: %s", hook.Name, diff)
				}
			}
		})
	}
}

func TestWebhookValuesReachEveryWebhook(t *testing.T) {
	r := render(t, "webhook: {timeoutSeconds: 3, failurePolicy: Ignore, objectSelector: {matchLabels: {c: d}}, annotations: {e: f}}")
	want := &metav1.LabelSelector{MatchLabels: map[string]string{"c": "d"}}
	mutating, validating := only[*admissionv1.MutatingWebhookConfiguration](t, r), only[*admissionv1.ValidatingWebhookConfiguration](t, r)
	for _, hook := range mutating.Webhooks {
		if *hook.TimeoutSeconds != 3 || *hook.FailurePolicy != admissionv1.Ignore || !cmp.Equal(hook.ObjectSelector, want) {
			t.Errorf("%s: %+v", hook.Name, hook)
		}
	}
	for _, hook := range validating.Webhooks {
		if *hook.TimeoutSeconds != 3 || *hook.FailurePolicy != admissionv1.Ignore || !cmp.Equal(hook.ObjectSelector, want) {
			t.Errorf("%s: %+v", hook.Name, hook)
		}
	}
	if mutating.Annotations["e"] != "f" || validating.Annotations["e"] != "f" {
		t.Errorf("annotations are %q and %q", mutating.Annotations, validating.Annotations)
	}
}

func TestWebhooksFailClosedWithoutSideEffects(t *testing.T) {
	for _, hook := range only[*admissionv1.ValidatingWebhookConfiguration](t, render(t, "")).Webhooks {
		if *hook.FailurePolicy != admissionv1.Fail || *hook.SideEffects != admissionv1.SideEffectClassNone {
			t.Errorf("%s: failurePolicy %s, sideEffects %s", hook.Name, *hook.FailurePolicy, *hook.SideEffects)
		}
		if hook.ClientConfig.Service.Port == nil || ptr.Deref(hook.ClientConfig.Service.Port, 0) != 443 {
			t.Errorf("%s: calls port %v", hook.Name, hook.ClientConfig.Service.Port)
		}
	}
}
