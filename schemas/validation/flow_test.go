package validation

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/kestra-operator/kestra-operator/schemas/flow"
	"github.com/kestra-operator/kestra-operator/schemas/v1alpha1"
)

func aFlow(change func(*v1alpha1.KestraFlowSpec)) *v1alpha1.KestraFlow {
	obj := &v1alpha1.KestraFlow{Spec: v1alpha1.KestraFlowSpec{Namespace: "company.team", ID: "hello", Source: "id: hello\n"}}
	if change != nil {
		change(&obj.Spec)
	}
	return obj
}

// shown is how errors read in an answer of the API server.
func shown(errs field.ErrorList) []string {
	var texts []string
	for _, err := range errs {
		texts = append(texts, err.Error())
	}
	return texts
}

func TestFlowVerdict(t *testing.T) {
	misspelled := flow.Finding{Severity: flow.Error, Rule: "unknown-property", Path: "tasks[0].mesage", Line: 4, Column: 5, Message: `unknown property "mesage"; did you mean "message"?`}
	deprecated := func(line int) flow.Finding {
		return flow.Finding{Severity: flow.Warning, Rule: "deprecated", Path: fmt.Sprintf("tasks[%d].type", line), Line: line, Column: 1, Message: "old type name; write io.kestra.plugin.core.log.Log"}
	}
	cases := map[string]struct {
		change       func(*v1alpha1.KestraFlowSpec)
		report       flow.Report
		wantErrors   []string
		wantWarnings []string
	}{
		"a good flow": {},
		"each finding is an error with its line, column and path": {
			report: flow.Report{Findings: []flow.Finding{misspelled, {Severity: flow.Error, Message: "no tasks"}}},
			wantErrors: []string{
				`spec.source: Invalid value: line 4, column 5: tasks[0].mesage: unknown property "mesage"; did you mean "message"?`,
				"spec.source: Invalid value: no tasks",
			},
		},
		"findings beyond the limit are counted": {
			report: flow.Report{Findings: []flow.Finding{{Severity: flow.Error, Message: "no tasks"}}, Omitted: 7},
			wantErrors: []string{
				"spec.source: Invalid value: no tasks",
				"spec.source: Invalid value: 7 more findings are not shown; correct these first",
			},
		},
		"control characters and escapes of a terminal are written out": {
			report:     flow.Report{Findings: []flow.Finding{{Severity: flow.Error, Message: "bad 100%s \x1b[31m\r\n\u202e"}}},
			wantErrors: []string{`spec.source: Invalid value: bad 100%s \x1b[31m\r\n\u202e`},
		},
		"warnings of one kind share a line": {
			report: flow.Report{Findings: []flow.Finding{deprecated(3), deprecated(9), {Severity: flow.Warning, Message: "no place"}}},
			wantWarnings: []string{
				"line 3, 9: old type name; write io.kestra.plugin.core.log.Log",
				"no place",
			},
		},
		"many lines are counted": {
			report:       flow.Report{Findings: []flow.Finding{deprecated(1), deprecated(2), deprecated(3), deprecated(4), deprecated(5), deprecated(6)}},
			wantWarnings: []string{"line 1, 2, 3, 4 and 2 more: old type name; write io.kestra.plugin.core.log.Log"},
		},
		"a missing namespace and id": {
			change: func(spec *v1alpha1.KestraFlowSpec) { spec.Namespace, spec.ID = "", "" },
			wantErrors: []string{
				"spec.namespace: Required value: name the namespace in Kestra",
				"spec.id: Required value: name the flow's id, the same as in its source",
			},
		},
		"a tenant that no server has": {
			change: func(spec *v1alpha1.KestraFlowSpec) { spec.Tenant = "Main" },
			wantErrors: []string{
				"spec.tenant: Invalid value: a tenant starts with a lower-case letter or digit and holds only lower-case letters, digits, '_' and '-'",
			},
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			errs, warnings := FlowVerdict(aFlow(tc.change), tc.report)
			if diff := cmp.Diff(tc.wantErrors, shown(errs)); diff != "" {
				t.Errorf("errors (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(tc.wantWarnings, warnings); diff != "" {
				t.Errorf("warnings (-want +got):\n%s", diff)
			}
		})
	}
}

func TestFlowVerdictIsBounded(t *testing.T) {
	var report flow.Report
	for i := range 100 {
		long := strings.Repeat("é", 1000) + fmt.Sprint(i)
		report.Findings = append(report.Findings,
			flow.Finding{Severity: flow.Error, Message: long},
			flow.Finding{Severity: flow.Warning, Message: fmt.Sprint(i) + long})
	}
	errs, warnings := FlowVerdict(aFlow(nil), report)
	for _, err := range errs {
		if n := len([]rune(err.Detail)); n > MaxDetailLength {
			t.Fatalf("an error has %d characters", n)
		}
	}
	if len(warnings) != MaxWarnings || !strings.Contains(warnings[MaxWarnings-1], "85 more warnings") {
		t.Errorf("there are %d warnings, the last %q; want %d, the last counting the rest", len(warnings), warnings[len(warnings)-1], MaxWarnings)
	}
	for _, warning := range warnings {
		if n := len([]rune(warning)); n > MaxWarningLength {
			t.Fatalf("a warning has %d characters", n)
		}
	}
}

func TestFlowUpdateVerdict(t *testing.T) {
	report := flow.Report{Findings: []flow.Finding{{Severity: flow.Error, Line: 1, Column: 1, Message: "no tasks"}}}
	cases := map[string]struct {
		change      func(*v1alpha1.KestraFlowSpec)
		wantRefused bool
	}{
		"nothing changes":             {change: func(*v1alpha1.KestraFlowSpec) {}},
		"suspend changes":             {change: func(spec *v1alpha1.KestraFlowSpec) { spec.Suspend = true }},
		"the deletion policy changes": {change: func(spec *v1alpha1.KestraFlowSpec) { spec.DeletionPolicy = v1alpha1.DeletionOrphan }},
		"the source changes":          {change: func(spec *v1alpha1.KestraFlowSpec) { spec.Source += "#\n" }, wantRefused: true},
		"the id changes":              {change: func(spec *v1alpha1.KestraFlowSpec) { spec.ID = "other" }, wantRefused: true},
		"the namespace changes":       {change: func(spec *v1alpha1.KestraFlowSpec) { spec.Namespace = "other" }, wantRefused: true},
		"the tenant changes":          {change: func(spec *v1alpha1.KestraFlowSpec) { spec.Tenant = "other" }, wantRefused: true},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			errs, warnings := FlowUpdateVerdict(aFlow(nil), aFlow(tc.change), report)
			if got := len(errs) > 0; got != tc.wantRefused {
				t.Fatalf("refused: %t (%v), want %t", got, errs, tc.wantRefused)
			}
			want := []string{"spec.source: line 1, column 1: no tasks"}
			if diff := cmp.Diff(want, warnings); !tc.wantRefused && diff != "" {
				t.Errorf("warnings (-want +got):\n%s", diff)
			}
		})
	}
}
