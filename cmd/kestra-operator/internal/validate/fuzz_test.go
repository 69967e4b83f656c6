package validate

import (
	"bytes"
	"encoding/json"
	"testing"
	"unicode"

	"github.com/kestra-operator/kestra-operator/cmd/kestra-operator/internal/terminal"
)

// FuzzFile shows that no file can crash the command, and that nothing in it can steer a terminal or break a report.
func FuzzFile(f *testing.F) {
	f.Add([]byte(goodFlow))
	f.Add([]byte("apiVersion: model.kestra.io/v1alpha1\nkind: KestraFlow\nmetadata: {name: a}\nspec:\n  namespace: b\n  id: a\n  source: |\n    id: a\n    namespace: b\n    tasks: []\n---\nkind: Secret\n"))
	f.Add([]byte("apiVersion: v1\nkind: List\nitems:\n- apiVersion: model.kestra.io/v1alpha1\n  kind: KestraKeyValue\n  spec: {namespace: b, key: \"k\\e[31m\", value: v, \"\\x07\": 1}\n"))
	f.Add([]byte("apiVersion: model.kestra.io/v1alpha1\nkind: KestraNamespaceFile\nspec: &a {namespace: b, filename: *a, <<: *a}\n"))
	f.Add([]byte("id: \"a\\e[2J\"\nnamespace: b\ntasks: [{id: \"\\u202e\", type: \"x\\r\\n::error::\"}]\n"))
	f.Fuzz(func(t *testing.T, text []byte) {
		results, skipped := Judge{}.file(input{name: "flows.yaml", text: text, named: true})
		report := Report{Results: results, Skipped: skipped}
		var out bytes.Buffer
		if err := WriteText(&out, report, terminal.Style{}); err != nil {
			t.Fatal(err)
		}
		for _, r := range out.String() {
			if r != '\n' && !unicode.IsGraphic(r) { // spaces of any width steer nothing
				t.Fatalf("the text holds %U:\n%q", r, out.String())
			}
		}
		if lines := bytes.Count(out.Bytes(), []byte("\n")); lines > 4*(1+len(results)+allFindings(results)) {
			t.Errorf("%d lines for %d findings", lines, allFindings(results))
		}
		out.Reset()
		if err := WriteJSON(&out, report); err != nil || !json.Valid(out.Bytes()) {
			t.Errorf("the report in JSON: %v", err)
		}
	})
}

func allFindings(results []Result) (n int) {
	for _, result := range results {
		n += len(result.Findings)
	}
	return n
}
