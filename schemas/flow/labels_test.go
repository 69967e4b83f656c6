package flow

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestLabelsAreJudgedAsTheServerDoes(t *testing.T) {
	tests := map[string]struct {
		source string
		want   []string
	}{
		"none":                      {"id: a\n", nil},
		"null":                      {"labels: null\n", nil},
		"empty map":                 {"labels: {}\n", nil},
		"empty list":                {"labels: []\n", nil},
		"map":                       {"labels: {a: b, c: 1, d: true, internal.x: y}\n", nil},
		"list":                      {"labels: [{key: a, value: 1}]\n", nil},
		"read-only":                 {"labels: {system.readOnly: \"true\"}\n", nil},
		"read-only as a boolean":    {"labels:\n- key: system.readOnly\n  value: true\n", nil},
		"empty":                     {"labels:\n", []string{"invalid-labels 1:8"}},
		"text":                      {"labels: x\n", []string{"invalid-labels 1:9"}},
		"empty value":               {"labels: {a: ''}\n", []string{"invalid-labels 1:13"}},
		"null value":                {"labels: {a: null}\n", []string{"invalid-labels 1:13"}},
		"nested":                    {"labels:\n  a:\n    b: c\n", []string{"invalid-labels 3:5"}},
		"list as a value":           {"labels:\n  a: [b]\n", []string{"invalid-labels 2:6"}},
		"nested read-only":          {"labels:\n  system:\n    readOnly: true\n", []string{"invalid-labels 3:5"}},
		"list of numbers":           {"labels: [1]\n", []string{"invalid-labels 1:10"}},
		"item without a key":        {"labels: [{a: b}]\n", []string{"invalid-labels 1:10"}},
		"item without a value":      {"labels: [{key: a}]\n", []string{"invalid-labels 1:11"}},
		"item with null":            {"labels: [{key: a, value: null}]\n", []string{"invalid-labels 1:26"}},
		"system label":              {"labels: {system.correlationId: x}\n", []string{"system-label 1:10"}},
		"system label in lowercase": {"labels: {system.readonly: \"true\"}\n", []string{"system-label 1:10"}},
		"writable":                  {"labels:\n  system.readOnly: false\n", []string{"policy-read-only 2:20"}},
		"writable in quotes":        {"labels:\n  system.readOnly: 'False'\n", []string{"policy-read-only 2:20"}},
		"writable in the list":      {"labels: [{key: system.readOnly, value: no}]\n", []string{"policy-read-only 1:40"}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(test.want, rulesAndPlaces(checkLabels(mustRead(t, test.source), Options{}))); diff != "" {
				t.Errorf("findings (-want +got):\n%s", diff)
			}
		})
	}
}

func TestReadOnlyPolicyFollowsTheOptions(t *testing.T) {
	tests := map[string]struct {
		source  string
		options Options
		want    []string
	}{
		"writable is allowed in mode off":     {"labels: {system.readOnly: false}\n", Options{AllowWritable: true}, nil},
		"the label is required in mode deny":  {"id: a\n", Options{RequireReadOnly: true}, []string{"policy-read-only-required 1:1"}},
		"required where there are labels":     {"id: a\nlabels: {b: c}\n", Options{RequireReadOnly: true}, []string{"policy-read-only-required 2:1"}},
		"required and there":                  {"labels: {system.readOnly: \"true\"}\n", Options{RequireReadOnly: true}, nil},
		"required and false is one complaint": {"labels: {system.readOnly: false}\n", Options{RequireReadOnly: true}, []string{"policy-read-only 1:27"}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(test.want, rulesAndPlaces(checkLabels(mustRead(t, test.source), test.options))); diff != "" {
				t.Errorf("findings (-want +got):\n%s", diff)
			}
		})
	}
}

func TestParseLabelMode(t *testing.T) {
	for _, mode := range LabelModes {
		if got, err := ParseLabelMode(string(mode)); err != nil || got != mode {
			t.Errorf("ParseLabelMode(%q) = %q, %v", mode, got, err)
		}
	}
	if got, err := ParseLabelMode(""); err != nil || got != LabelModeAuto {
		t.Errorf("the default is %q, %v", got, err)
	}
	if _, err := ParseLabelMode("readonly"); err == nil {
		t.Error("an unknown mode was taken")
	}
}
