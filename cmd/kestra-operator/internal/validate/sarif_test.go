package validate

import (
	"encoding/json"
	"go/ast"
	"go/parser"
	"go/token"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	_ "github.com/owenrumney/go-sarif/v3/pkg/report/v210/sarif" // carries OASIS's schema, see sarifSchemaText
	"github.com/santhosh-tekuri/jsonschema/v5"

	"github.com/kestra-operator/kestra-operator/schemas/flow"
)

// sarifSchemaText returns OASIS's schema of SARIF 2.1.0. A library holds it in a constant that it keeps for itself,
// and validates what it has encoded anew, which is not what was written.
func sarifSchemaText(t *testing.T) string {
	t.Helper()
	folder, err := exec.CommandContext(t.Context(), "go", "list", "-f", "{{.Dir}}", "github.com/owenrumney/go-sarif/v3/pkg/report/v210/sarif").Output()
	if err != nil {
		t.Fatal(err)
	}
	file, err := parser.ParseFile(token.NewFileSet(), filepath.Join(strings.TrimSpace(string(folder)), "schema.go"), nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	literal := file.Decls[0].(*ast.GenDecl).Specs[0].(*ast.ValueSpec).Values[0].(*ast.BasicLit)
	text, err := strconv.Unquote(literal.Value)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

func TestSARIFOutputIsValidByItsSchema(t *testing.T) {
	schema, err := jsonschema.CompileString(sarifSchema, sarifSchemaText(t))
	if err != nil {
		t.Fatal(err)
	}
	cases := map[string]Report{
		"with findings": found(),
		"without":       {},
		"of manifests":  Run([]string{Stdin}, strings.NewReader(flowManifest("  deletionPolicy: Keep\n")), Judge{}),
		"an odd name":   {Results: []Result{{File: "a b/ü%.yaml", Findings: []flow.Finding{{Severity: flow.Error, Rule: "wrong-kind", Line: 1, Column: 1, Message: "m"}}}}},
	}
	for name, report := range cases {
		t.Run(name, func(t *testing.T) {
			var out strings.Builder
			if err := WriteSARIF(&out, report, "1.0.0"); err != nil {
				t.Fatal(err)
			}
			var log map[string]any
			if err := json.Unmarshal([]byte(out.String()), &log); err != nil {
				t.Fatal(err)
			}
			if err := schema.Validate(log); err != nil {
				t.Errorf("%#v\n%s", err, out.String())
			}
			results := log["runs"].([]any)[0].(map[string]any)["results"].([]any)
			if diff := cmp.Diff(report.Counts().Errors+report.Counts().Warnings, len(results)); diff != "" {
				t.Error(diff)
			}
		})
	}
}
