package validation

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/kestra-operator/kestra-operator/schemas/v1alpha1"
)

func aKeyValue(change func(*v1alpha1.KestraKeyValueSpec)) *v1alpha1.KestraKeyValue {
	value := "Hello"
	obj := &v1alpha1.KestraKeyValue{Spec: v1alpha1.KestraKeyValueSpec{Namespace: "company.team", Key: "greeting", Value: &value}}
	if change != nil {
		change(&obj.Spec)
	}
	return obj
}

func TestValidateKeyValue(t *testing.T) {
	fromSecret := &v1alpha1.ValueSource{SecretKeyRef: &v1alpha1.KeyReference{Name: "a", Key: "b"}}
	cases := map[string]struct {
		change       func(*v1alpha1.KestraKeyValueSpec)
		wantErrors   []string
		wantWarnings []string
	}{
		"an untyped value": {},
		"a value from a Secret": {
			change: func(spec *v1alpha1.KestraKeyValueSpec) { spec.Value, spec.ValueFrom = nil, fromSecret },
		},
		"a value that is not of its type": {
			change:     func(spec *v1alpha1.KestraKeyValueSpec) { spec.Type = "NUMBER" },
			wantErrors: []string{"spec.value: Invalid value: the value is not a NUMBER; write one such as 42, -1.5 or 1e3"},
		},
		"an unknown type": {
			change:     func(spec *v1alpha1.KestraKeyValueSpec) { spec.Type = "TEXT" },
			wantErrors: []string{"spec.type: Invalid value: unknown type; use one of STRING, NUMBER, BOOLEAN, DATETIME, DATE, DURATION, JSON"},
		},
		"no value": {
			change:     func(spec *v1alpha1.KestraKeyValueSpec) { spec.Value = nil },
			wantErrors: []string{"spec.value: Required value: set value or valueFrom"},
		},
		"two values": {
			change:     func(spec *v1alpha1.KestraKeyValueSpec) { spec.ValueFrom = fromSecret },
			wantErrors: []string{"spec.valueFrom: Forbidden: set only one of value and valueFrom"},
		},
		"a source without a reference": {
			change:     func(spec *v1alpha1.KestraKeyValueSpec) { spec.Value, spec.ValueFrom = nil, &v1alpha1.ValueSource{} },
			wantErrors: []string{"spec.valueFrom: Required value: set secretKeyRef or configMapKeyRef"},
		},
		"a source with two references": {
			change: func(spec *v1alpha1.KestraKeyValueSpec) {
				spec.Value = nil
				spec.ValueFrom = &v1alpha1.ValueSource{SecretKeyRef: fromSecret.SecretKeyRef, ConfigMapKeyRef: fromSecret.SecretKeyRef}
			},
			wantErrors: []string{"spec.valueFrom: Forbidden: set only one of secretKeyRef and configMapKeyRef"},
		},
		"a reference to nothing": {
			change: func(spec *v1alpha1.KestraKeyValueSpec) {
				spec.Value, spec.ValueFrom = nil, &v1alpha1.ValueSource{ConfigMapKeyRef: &v1alpha1.KeyReference{}}
			},
			wantErrors: []string{
				"spec.valueFrom.configMapKeyRef.name: Required value: name the object that holds the value",
				"spec.valueFrom.configMapKeyRef.key: Required value: name the key within it",
			},
		},
		"everything wrong at once": {
			change: func(spec *v1alpha1.KestraKeyValueSpec) {
				spec.Namespace, spec.Key, spec.TTL, spec.Description = "A", "a b", "30m", "a\nb"
			},
			wantErrors: []string{
				"spec.namespace: Invalid value: a namespace starts with a lower-case letter or digit and holds only lower-case letters, digits, '.', '_' and '-'",
				"spec.key: Invalid value: a key starts with a letter or digit and holds only letters, digits, '.', '_' and '-'",
				"spec.ttl: Invalid value: write an ISO-8601 duration of days, hours, minutes and seconds, such as P1DT12H or PT30M",
				"spec.description: Invalid value: the description holds a line break or another control character; write it in one line",
			},
		},
		"text that Kestra cannot read back": {
			change: func(spec *v1alpha1.KestraKeyValueSpec) { text := "PTS"; spec.Value = &text },
			wantWarnings: []string{
				"spec.value: Kestra takes this text for a duration and fails to read it; change it",
			},
		},
		"what will not do what it looks like": {
			change: func(spec *v1alpha1.KestraKeyValueSpec) {
				spec.OnExpiry, spec.Description = v1alpha1.ExpiryRecreate, "Grüße"
			},
			wantWarnings: []string{
				"spec.onExpiry: does nothing without spec.ttl",
				"spec.description: Kestra may garble what is not ASCII, since it travels in a header",
			},
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			errs, warnings := ValidateKeyValue(aKeyValue(tc.change))
			if diff := cmp.Diff(tc.wantErrors, shown(errs)); diff != "" {
				t.Errorf("errors (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(tc.wantWarnings, warnings); diff != "" {
				t.Errorf("warnings (-want +got):\n%s", diff)
			}
		})
	}
}

func TestNoVerdictHoldsTheValue(t *testing.T) {
	secret := "hunter2-not-of-any-type"
	for _, typ := range []string{"NUMBER", "BOOLEAN", "DATETIME", "DATE", "DURATION", "JSON", "TEXT"} {
		obj := aKeyValue(func(spec *v1alpha1.KestraKeyValueSpec) { spec.Type, spec.Value = typ, &secret })
		errs, _ := ValidateKeyValue(obj)
		_, warnings := ValidateKeyValueUpdate(obj, obj)
		text := strings.Join(append(shown(errs), warnings...), "\n")
		if len(errs) == 0 || len(warnings) == 0 || strings.Contains(text, "hunter2") {
			t.Errorf("%s: want errors, warnings and no value in them, got:\n%s", typ, text)
		}
	}
}

func TestValidateKeyValueUpdate(t *testing.T) {
	bad := aKeyValue(func(spec *v1alpha1.KestraKeyValueSpec) { spec.Type = "NUMBER" })
	cases := map[string]struct {
		change      func(*v1alpha1.KestraKeyValueSpec)
		wantRefused bool
	}{
		"nothing changes":     {change: func(*v1alpha1.KestraKeyValueSpec) {}},
		"the policies change": {change: func(spec *v1alpha1.KestraKeyValueSpec) { spec.Suspend, spec.OnExpiry = true, v1alpha1.ExpiryKeep }},
		"the value changes":   {change: func(spec *v1alpha1.KestraKeyValueSpec) { other := "x"; spec.Value = &other }, wantRefused: true},
		"the ttl changes":     {change: func(spec *v1alpha1.KestraKeyValueSpec) { spec.TTL = "PT1H" }, wantRefused: true},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			changed := bad.DeepCopy()
			tc.change(&changed.Spec)
			errs, warnings := ValidateKeyValueUpdate(bad, changed)
			if got := len(errs) > 0; got != tc.wantRefused {
				t.Errorf("refused: %t (%v), want %t", got, errs, tc.wantRefused)
			}
			if !tc.wantRefused && len(warnings) == 0 {
				t.Error("the findings are not even warnings")
			}
		})
	}
}
