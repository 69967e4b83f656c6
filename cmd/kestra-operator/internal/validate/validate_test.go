package validate

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/kestra-operator/kestra-operator/schemas/flow"
)

const goodFlow = `id: hello
namespace: company.team
tasks:
  - id: greet
    type: io.kestra.plugin.core.log.Log
    message: hi
`

// write lays files out in a new folder and returns it.
func write(t *testing.T, files map[string]string) string {
	t.Helper()
	folder := t.TempDir()
	for name, text := range files {
		path := filepath.Join(folder, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return folder
}

func TestInputsAreFound(t *testing.T) {
	folder := write(t, map[string]string{
		"a.yaml": goodFlow, "b.yml": goodFlow, "notes.txt": "no flow", "below/c.yaml": goodFlow, ".git/d.yaml": goodFlow,
	})
	cases := map[string]struct {
		arguments []string
		want      []string
	}{
		"a folder is searched for YAML, hidden folders left out": {[]string{""}, []string{"a.yaml", "b.yml", "below/c.yaml"}},
		"a named file is taken whatever its name":                {[]string{"notes.txt"}, []string{"notes.txt"}},
		"a pattern stands for its matches":                       {[]string{"*.y*ml"}, []string{"a.yaml", "b.yml"}},
		"a pattern may match folders":                            {[]string{"bel*"}, []string{"below/c.yaml"}},
		"two stars reach into folders":                           {[]string{"**/*.yaml"}, []string{"a.yaml", "below/c.yaml"}},
		"two stars at the end stand for the YAML below":          {[]string{"**"}, []string{"a.yaml", "b.yml", "below/c.yaml"}},
		"braces give a choice":                                   {[]string{"{a,b}.y*ml"}, []string{"a.yaml", "b.yml"}},
		"a hidden folder is taken when it is named":              {[]string{".git/*"}, []string{".git/d.yaml"}},
		"a file named twice is judged once":                      {[]string{"a.yaml", "*.yaml"}, []string{"a.yaml"}},
	}
	for name, test := range cases {
		t.Run(name, func(t *testing.T) {
			var arguments, got []string
			for _, argument := range test.arguments {
				arguments = append(arguments, filepath.Join(folder, argument))
			}
			inputs, problems := readInputs(arguments, nil)
			if len(problems) > 0 {
				t.Fatal(problems)
			}
			for _, in := range inputs {
				relative, err := filepath.Rel(folder, in.name)
				if err != nil {
					t.Fatal(err)
				}
				got = append(got, relative)
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestUnreadableInputsAreNamedAndTheRestIsJudged(t *testing.T) {
	folder := write(t, map[string]string{"a.yaml": goodFlow, "empty/readme.md": ""})
	report := Run([]string{filepath.Join(folder, "none.yaml"), filepath.Join(folder, "*.json"), filepath.Join(folder, "**", "*.md5"), filepath.Join(folder, "[a"), filepath.Join(folder, "empty"), filepath.Join(folder, "a.yaml")}, nil, Judge{})
	if diff := cmp.Diff(5, len(report.Unreadable)); diff != "" {
		t.Error(diff, report.Unreadable)
	}
	if diff := cmp.Diff(1, len(report.Results)); diff != "" {
		t.Error(diff)
	}
}

func TestEmptyStandardInputIsNoFlow(t *testing.T) {
	for name, text := range map[string]string{"nothing": "", "space": " \n\n", "comments and empty documents": "---\n# Source: chart/templates/flows.yaml\n---\n"} {
		t.Run(name, func(t *testing.T) {
			report := Run([]string{Stdin}, strings.NewReader(text), Judge{})
			if len(report.Results) != 0 || len(report.Unreadable) != 1 || !strings.Contains(report.Unreadable[0].Error(), "standard input is empty") {
				t.Errorf("results %v, problems %v", report.Results, report.Unreadable)
			}
		})
	}
}

func TestDocumentsAreSplitWhereKubectlSplits(t *testing.T) {
	cases := map[string]struct {
		text string
		want []document
	}{
		"comments and empty documents are left out": {
			"# head\n---\n\n---\na: 1\n", []document{{number: 1, firstLine: 4, text: []byte("a: 1\n")}},
		},
		"a separator within an indented block is text": {
			"a: |\n  x\n  ---\n  y\n--- # next\nb: 2", []document{
				{number: 1, firstLine: 0, text: []byte("a: |\n  x\n  ---\n  y\n")},
				{number: 2, firstLine: 5, text: []byte("b: 2")},
			},
		},
		"Windows line ends separate too": {
			"a: 1\r\n---\r\nb: 2\r\n", []document{
				{number: 1, firstLine: 0, text: []byte("a: 1\r\n")}, {number: 2, firstLine: 2, text: []byte("b: 2\r\n")},
			},
		},
	}
	for name, test := range cases {
		t.Run(name, func(t *testing.T) {
			got := split([]byte(test.text))
			for i := range got {
				got[i].root = nil
			}
			if diff := cmp.Diff(test.want, got, cmp.AllowUnexported(document{})); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestFindingsAreMovedFromTheSourceToTheFile(t *testing.T) {
	finding := flow.Finding{Line: 2, Column: 3, Message: "wrong"}
	cases := map[string]struct {
		text string
		want flow.Finding
	}{
		"a literal block": {
			"spec:\n  source: |\n    id: a\n    b: c\n", flow.Finding{Line: 4, Column: 7, Message: "wrong"},
		},
		"a literal block with its indentation given": {
			"spec:\n  source: |2-\n     id: a\n    b: c\n", flow.Finding{Line: 4, Column: 7, Message: "wrong"},
		},
		"a literal block with a comment and Windows line ends": {
			"spec:\r\n  source: | # here\r\n    id: a\r\n    b: c\r\n", flow.Finding{Line: 4, Column: 7, Message: "wrong"},
		},
		"a quoted text": {
			"spec:\n  source: \"id: a\\nb: c\\n\"\n", flow.Finding{Line: 2, Column: 11, Message: "wrong (line 2, column 3 of the source)"},
		},
		"a folded block": {
			"spec:\n  source: >\n    id: a\n\n    b: c\n", flow.Finding{Line: 2, Column: 11, Message: "wrong (line 2, column 3 of the source)"},
		},
	}
	for name, test := range cases {
		t.Run(name, func(t *testing.T) {
			source := child(child(mapping([]byte(test.text)), "spec"), "source")
			got := newScalarPlace(source, []byte(test.text)).inDocument(finding)
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// verdicts lists what was found as "document: verdict rule@line:column".
func verdicts(report Report) []string {
	var got []string
	for _, result := range report.Results {
		line := string(rune('0'+result.Document)) + ": " + string(result.Verdict)
		for _, finding := range result.Findings {
			line += " " + finding.Rule + "@" + strings.TrimPrefix(location(Result{File: ""}, finding), ":")
		}
		got = append(got, line)
	}
	return got
}

func TestManifestsAreJudged(t *testing.T) {
	manifest := "apiVersion: model.kestra.io/v1alpha1\nkind: KestraFlow\nmetadata:\n  name: hello\nspec:\n  namespace: company.team\n  id: hello\n  source: |\n" +
		"    " + strings.ReplaceAll(strings.TrimSuffix(goodFlow, "\n"), "\n", "\n    ") + "\n"
	cases := map[string]struct {
		text    string
		want    []string
		skipped int
	}{
		"a good one":                       {manifest, []string{"1: accepted"}, 0},
		"others are skipped":               {"apiVersion: v1\nkind: Secret\n---\n" + manifest, []string{"2: accepted"}, 1},
		"an unknown field is refused":      {manifest + "  sourec: x\n", []string{"1: refused unknown-field@15:3"}, 0},
		"a field of another type":          {manifest + "  suspend: maybe\n", []string{"1: refused manifest@15:12"}, 0},
		"a kind that does not exist":       {"apiVersion: model.kestra.io/v1alpha1\nkind: KestraFlo\n", []string{"1: refused unknown-kind@2:7"}, 0},
		"what is not YAML":                 {"a: 1\n---\napiVersion: model.kestra.io/v1alpha1\nkind: KestraFlow\nspec: [\n", []string{"2: refused manifest-syntax@5:1"}, 1},
		"a key that is there twice":        {"# first\n---\n" + manifest + "  id: hello\n", []string{"1: refused manifest-syntax@17:1"}, 0},
		"a list of another group's kind":   {"apiVersion: v1\nkind: List\nitems:\n- apiVersion: v1\n  kind: Secret\n", nil, 1},
		"objects in lists, lists in lists": {"apiVersion: v1\nkind: List\nitems:\n- apiVersion: model.kestra.io/v1alpha1\n  kind: KestraFlowList\n  items:\n  - {apiVersion: model.kestra.io/v1alpha1, kind: Flow}\n", []string{"1: refused unknown-kind@7:50"}, 0},
	}
	for name, test := range cases {
		t.Run(name, func(t *testing.T) {
			report := Run([]string{Stdin}, strings.NewReader(test.text), Judge{})
			if diff := cmp.Diff(test.want, verdicts(report)); diff != "" {
				t.Error(diff)
			}
			if diff := cmp.Diff(test.skipped, report.Skipped); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestYAMLThatIsNoFlowIsSkippedInFoldersOnly(t *testing.T) {
	folder := write(t, map[string]string{"values.yaml": "replicaCount: 1\n", "kustomization.yaml": "resources: [a.yaml]\n", "a.yaml": goodFlow})
	report := Run([]string{folder}, nil, Judge{})
	if diff := cmp.Diff([]int{1, 2}, []int{len(report.Results), report.Skipped}); diff != "" {
		t.Error(diff)
	}
	report = Run([]string{filepath.Join(folder, "values.yaml")}, nil, Judge{})
	if !report.Refused() {
		t.Error("a named file that holds no flow is accepted")
	}
}

func TestJSONIsAnArrayWithFindingsAlwaysAnArray(t *testing.T) {
	var out strings.Builder
	if err := WriteJSON(&out, Run([]string{Stdin}, strings.NewReader(goodFlow), Judge{})); err != nil {
		t.Fatal(err)
	}
	var got []map[string]any
	if err := json.Unmarshal([]byte(out.String()), &got); err != nil {
		t.Fatal(err)
	}
	want := []map[string]any{{"file": "-", "document": 1.0, "verdict": "accepted", "findings": []any{}}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	out.Reset()
	if err := WriteJSON(&out, Run(nil, nil, Judge{})); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff("[]\n", out.String()); diff != "" {
		t.Error(diff)
	}
}
