package webhooks_test

import (
	"os"
	"reflect"
	"strings"
	"testing"

	admissionregistrationv1 "k8s.io/api/admissionregistration/v1"
	"sigs.k8s.io/yaml"

	"github.com/kestra-operator/kestra-operator/schemas/v1alpha1"
)

// unjudged are the fields whose change must not need an operator.
var unjudged = map[string]bool{
	"deletionPolicy": true, "suspend": true, "adoptionPolicy": true, "driftPolicy": true, "interval": true, "onExpiry": true,
}

// jsonNames lists the fields of a spec, those of inlined structs too.
func jsonNames(spec reflect.Type) []string {
	var names []string
	for field := range spec.Fields() {
		name, options, _ := strings.Cut(field.Tag.Get("json"), ",")
		if strings.Contains(options, "inline") {
			names = append(names, jsonNames(field.Type)...)
			continue
		}
		names = append(names, name)
	}
	return names
}

func TestMatchConditionsCompareEveryJudgedFieldAndNoOther(t *testing.T) {
	text, err := os.ReadFile("../config/webhook/manifests.yaml")
	if err != nil {
		t.Fatal(err)
	}
	specs := map[string]reflect.Type{
		"kestraflows":          reflect.TypeFor[v1alpha1.KestraFlowSpec](),
		"kestrakeyvalues":      reflect.TypeFor[v1alpha1.KestraKeyValueSpec](),
		"kestranamespacefiles": reflect.TypeFor[v1alpha1.KestraNamespaceFileSpec](),
	}
	seen := 0
	for _, document := range strings.Split(string(text), "\n---\n") {
		// Both kinds of configuration have these fields of a webhook in common.
		var configuration admissionregistrationv1.ValidatingWebhookConfiguration
		if err := yaml.Unmarshal([]byte(document), &configuration); err != nil {
			t.Fatal(err)
		}
		for _, webhook := range configuration.Webhooks {
			seen++
			expression := webhook.MatchConditions[0].Expression
			for _, name := range jsonNames(specs[webhook.Rules[0].Resources[0]]) {
				compared := strings.Contains(expression+" ", "object.?spec.?"+name+" != oldObject.?spec.?"+name+" ")
				if compared == unjudged[name] {
					t.Errorf("%s compares %s: %t, want %t", webhook.Name, name, compared, !unjudged[name])
				}
			}
			if *webhook.FailurePolicy != admissionregistrationv1.Fail || *webhook.SideEffects != admissionregistrationv1.SideEffectClassNone {
				t.Errorf("%s has failure policy %s and side effects %s", webhook.Name, *webhook.FailurePolicy, *webhook.SideEffects)
			}
		}
	}
	if seen != 4 {
		t.Errorf("there are %d webhooks, want one for each kind and one that edits flows", seen)
	}
}
