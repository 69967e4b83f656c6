package validate

import (
	"encoding/xml"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/kestra-operator/kestra-operator/cmd/kestra-operator/internal/terminal"
	"github.com/kestra-operator/kestra-operator/schemas/flow"
)

// found is a report of one refused and one accepted flow.
func found() Report {
	return Report{Results: []Result{
		{File: "a, b.yaml", Document: 1, Verdict: Refused, text: []byte("id: x\nmesage: hi\n"), Findings: []flow.Finding{
			{Severity: flow.Error, Rule: "unknown-property", Path: "mesage", Line: 2, Column: 1, Message: "100 % wrong,\nreally"},
		}},
		{File: "good.yaml", Document: 1, Verdict: Accepted, Findings: []flow.Finding{
			{Severity: flow.Warning, Rule: "deprecated-type", Message: "old <name>"},
		}},
	}}
}

func TestTextOutput(t *testing.T) {
	var out strings.Builder
	if err := WriteText(&out, found(), terminal.Style{}); err != nil {
		t.Fatal(err)
	}
	want := `a, b.yaml:2:1: error: mesage: 100 % wrong,\nreally [unknown-property]
mesage: hi
^
good.yaml: warning: old <name> [deprecated-type]
deprecated-type 1, unknown-property 1
1 accepted, 1 refused (1 error, 1 warning)
`
	if diff := cmp.Diff(want, out.String()); diff != "" {
		t.Error(diff)
	}
}

func TestJUnitSaysWhatRefuses(t *testing.T) {
	warning := flow.Finding{Severity: flow.Warning, Rule: "unknown-plugin", Message: "not checked"}
	cases := map[string]struct {
		findings []flow.Finding
		want     string
	}{
		"an error beside a warning": {[]flow.Finding{warning, {Severity: flow.Error, Rule: "wrong-kind", Message: "no list"}}, `<failure message="1 error">`},
		"warnings with --strict":    {[]flow.Finding{warning, warning}, `<failure message="2 warnings">`},
	}
	for name, test := range cases {
		t.Run(name, func(t *testing.T) {
			var out strings.Builder
			if err := WriteJUnit(&out, Report{Results: []Result{{File: "a.yaml", Document: 1, Verdict: Refused, Findings: test.findings}}}); err != nil {
				t.Fatal(err)
			}
			if !strings.Contains(out.String(), test.want) {
				t.Errorf("want %s in:\n%s", test.want, out.String())
			}
		})
	}
}

func TestTextOutputSumsUpRulesOfSeveralFlows(t *testing.T) {
	cases := map[string]struct {
		rules [][]string // of the findings of each flow
		want  string
	}{
		"the most frequent first":             {[][]string{{"b", "c"}, {"c"}, {"a"}}, "c 2, a 1, b 1\n3 accepted"},
		"nothing to sum up for one flow":      {[][]string{{"a"}}, "f: warning: m [a]\n1 accepted"},
		"nothing to sum up without a finding": {[][]string{{}, {}}, "2 accepted"},
	}
	for name, test := range cases {
		t.Run(name, func(t *testing.T) {
			var report Report
			for _, rules := range test.rules {
				result := Result{File: "f", Verdict: Accepted}
				for _, rule := range rules {
					result.Findings = append(result.Findings, flow.Finding{Severity: flow.Warning, Rule: rule, Message: "m"})
				}
				report.Results = append(report.Results, result)
			}
			var out strings.Builder
			if err := WriteText(&out, report, terminal.Style{}); err != nil {
				t.Fatal(err)
			}
			if !strings.Contains("\n"+out.String(), "\n"+test.want) {
				t.Errorf("got:\n%s\nwant lines:\n%s", out.String(), test.want)
			}
		})
	}
}

func TestTextOutputColoursOnlyWhenAsked(t *testing.T) {
	var plain, coloured strings.Builder
	if err := WriteText(&plain, found(), terminal.Style{}); err != nil {
		t.Fatal(err)
	}
	if err := WriteText(&coloured, found(), terminal.Style{Color: true}); err != nil {
		t.Fatal(err)
	}
	if strings.Contains(plain.String(), "\x1b") || !strings.Contains(coloured.String(), "\x1b[31merror\x1b[0m") {
		t.Errorf("plain %q, coloured %q", plain.String(), coloured.String())
	}
}

func TestGitHubOutputEscapesWhatWouldEndACommand(t *testing.T) {
	var out strings.Builder
	if err := WriteGitHub(&out, found()); err != nil {
		t.Fatal(err)
	}
	want := `::error file=a%2C b.yaml,line=2,col=1,title=unknown-property::mesage: 100 %25 wrong,\nreally
::warning file=good.yaml,title=deprecated-type::old <name>
1 accepted, 1 refused
`
	if diff := cmp.Diff(want, out.String()); diff != "" {
		t.Error(diff)
	}
}

func TestJUnitOutputFailsWhatIsRefused(t *testing.T) {
	var out strings.Builder
	if err := WriteJUnit(&out, found()); err != nil {
		t.Fatal(err)
	}
	var suites junitSuites
	if err := xml.Unmarshal([]byte(out.String()), &suites); err != nil {
		t.Fatal(err)
	}
	cases := suites.Suites[0].Cases
	if suites.Tests != 2 || suites.Failures != 1 || cases[0].Failure == nil || cases[1].Failure != nil {
		t.Errorf("report:\n%s", out.String())
	}
}

func TestNoOutputShowsTheLinesOfWhatMayBeSecret(t *testing.T) {
	manifest := "apiVersion: model.kestra.io/v1alpha1\nkind: KestraKeyValue\nspec: {namespace: company.team, key: k, type: NUMBER, value: canary}\n" +
		"---\napiVersion: v1\nkind: Secret\nstringData: {password: canary\n"
	report := Run([]string{Stdin}, strings.NewReader(manifest), Judge{})
	if !report.Refused() {
		t.Fatal("the manifest is accepted")
	}
	var out strings.Builder
	for _, write := range []func() error{
		func() error { return WriteText(&out, report, terminal.Style{}) },
		func() error { return WriteJSON(&out, report) },
		func() error { return WriteGitHub(&out, report) },
		func() error { return WriteJUnit(&out, report) },
		func() error { return WriteSARIF(&out, report, "") },
	} {
		if err := write(); err != nil {
			t.Fatal(err)
		}
	}
	if strings.Contains(out.String(), "canary") {
		t.Errorf("a secret is printed:\n%s", out.String())
	}
}
