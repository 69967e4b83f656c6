package chart

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	admissionv1 "k8s.io/api/admissionregistration/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/utils/ptr"

	"github.com/kestra-operator/kestra-operator/schemas/v1alpha1"
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
			hook.ClientConfig, hook.ObjectSelector = pathOnly(hook.ClientConfig), nil
			hooks = append(hooks, hook)
		}
		return hooks
	}
	validating := func(r rendering) (hooks []admissionv1.ValidatingWebhook) {
		for _, hook := range only[*admissionv1.ValidatingWebhookConfiguration](t, r).Webhooks {
			hook.ClientConfig, hook.ObjectSelector = pathOnly(hook.ClientConfig), nil
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

func TestOperatorsNeverJudgeEachOthersObjects(t *testing.T) {
	classless := metav1.LabelSelectorRequirement{Key: v1alpha1.LabelOperatorClass, Operator: metav1.LabelSelectorOpDoesNotExist}
	blue := metav1.LabelSelectorRequirement{Key: v1alpha1.LabelOperatorClass, Operator: metav1.LabelSelectorOpIn, Values: []string{"blue"}}
	stage := metav1.LabelSelectorRequirement{Key: "stage", Operator: metav1.LabelSelectorOpNotIn, Values: []string{"dev", "test"}}
	owned := metav1.LabelSelectorRequirement{Key: "owner", Operator: metav1.LabelSelectorOpExists}
	for name, test := range map[string]struct {
		values    string
		labels    map[string]string
		want      []metav1.LabelSelectorRequirement
		arguments []string
	}{
		"without a class, objects without one": {"", nil, []metav1.LabelSelectorRequirement{classless}, nil},
		"a class":                              {"operatorClass: blue", nil, []metav1.LabelSelectorRequirement{blue}, []string{"--operator-class=blue"}},
		"labels": {"watchSelector: {matchLabels: {team: data}}", map[string]string{"team": "data"},
			[]metav1.LabelSelectorRequirement{classless}, []string{"--watch-selector=team=data"}},
		"conditions on labels": {
			"watchSelector: {matchLabels: {team: data}, matchExpressions: [{key: stage, operator: NotIn, values: [dev, test]}, {key: owner, operator: Exists}]}",
			map[string]string{"team": "data"}, []metav1.LabelSelectorRequirement{classless, stage, owned}, []string{"--watch-selector=team=data,stage notin (dev,test),owner"},
		},
		"a class, labels, and more for the webhooks alone": {
			"{operatorClass: blue, watchSelector: {matchLabels: {team: data}}, webhook: {objectSelector: {matchLabels: {a: b}, matchExpressions: [{key: owner, operator: Exists}]}}}",
			map[string]string{"team": "data", "a": "b"}, []metav1.LabelSelectorRequirement{blue, owned}, []string{"--operator-class=blue", "--watch-selector=team=data"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := render(t, test.values)
			want := &metav1.LabelSelector{MatchLabels: test.labels, MatchExpressions: test.want}
			for _, hook := range only[*admissionv1.MutatingWebhookConfiguration](t, r).Webhooks {
				if diff := cmp.Diff(want, hook.ObjectSelector); diff != "" {
					t.Errorf("%s: %s", hook.Name, diff)
				}
			}
			for _, hook := range only[*admissionv1.ValidatingWebhookConfiguration](t, r).Webhooks {
				if diff := cmp.Diff(want, hook.ObjectSelector); diff != "" {
					t.Errorf("%s: %s", hook.Name, diff)
				}
			}
			var arguments []string
			for _, argument := range container(t, r).Args {
				if strings.HasPrefix(argument, "--operator-class") || strings.HasPrefix(argument, "--watch-selector") {
					arguments = append(arguments, argument)
				}
			}
			if diff := cmp.Diff(test.arguments, arguments); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// The API server's selector and the operator's are written in two languages; both must mean the same.
func TestTheOperatorKeepsWhatItsWebhooksGuard(t *testing.T) {
	r := render(t, "watchSelector: {matchLabels: {a: b}, matchExpressions: [{key: c, operator: In, values: [d, e]}, {key: f, operator: NotIn, values: [g]}, {key: h, operator: Exists}, {key: i, operator: DoesNotExist}]}")
	guarded, err := metav1.LabelSelectorAsSelector(only[*admissionv1.MutatingWebhookConfiguration](t, r).Webhooks[0].ObjectSelector)
	if err != nil {
		t.Fatal(err)
	}
	var kept labels.Selector
	for _, argument := range container(t, r).Args {
		if value, found := strings.CutPrefix(argument, "--watch-selector="); found {
			if kept, err = labels.Parse(value); err != nil {
				t.Fatal(err)
			}
		}
	}
	good := labels.Set{"a": "b", "c": "d", "h": "any"}
	changes := map[string]labels.Set{
		"all conditions hold": {}, "another of a list": {"c": "e"}, "another value": {"a": "x"}, "none of a list": {"c": "x"},
		"one of those left out": {"f": "g"}, "another than those left out": {"f": "x"}, "one that may not be there": {"i": ""},
	}
	for name, change := range changes {
		set := labels.Merge(good, change)
		if guards, keeps := guarded.Matches(set), kept.Matches(set); guards != keeps {
			t.Errorf("%s: guarded %t, kept %t", name, guards, keeps)
		}
	}
	if without := (labels.Set{"a": "b", "c": "d"}); guarded.Matches(without) || kept.Matches(without) {
		t.Error("an object without a required label is guarded or kept")
	}
	if !kept.Matches(good) {
		t.Error("an object for which all conditions hold is not kept")
	}
}

func TestWebhookValuesReachEveryWebhook(t *testing.T) {
	r := render(t, "webhook: {timeoutSeconds: 3, failurePolicy: Ignore, objectSelector: {matchLabels: {c: d}}, annotations: {e: f}}")
	want := map[string]string{"c": "d"}
	mutating, validating := only[*admissionv1.MutatingWebhookConfiguration](t, r), only[*admissionv1.ValidatingWebhookConfiguration](t, r)
	for _, hook := range mutating.Webhooks {
		if *hook.TimeoutSeconds != 3 || *hook.FailurePolicy != admissionv1.Ignore || !cmp.Equal(hook.ObjectSelector.MatchLabels, want) {
			t.Errorf("%s: %+v", hook.Name, hook)
		}
	}
	for _, hook := range validating.Webhooks {
		if *hook.TimeoutSeconds != 3 || *hook.FailurePolicy != admissionv1.Ignore || !cmp.Equal(hook.ObjectSelector.MatchLabels, want) {
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
