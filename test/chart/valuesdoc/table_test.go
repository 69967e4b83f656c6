package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestTheChartsREADMEIsCurrent(t *testing.T) {
	folder := filepath.Join("..", "..", "..", "charts", "kestra-operator")
	values, err := os.ReadFile(filepath.Join(folder, "values.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	readme, err := os.ReadFile(filepath.Join(folder, "README.md"))
	if err != nil {
		t.Fatal(err)
	}
	rows, err := table(values)
	if err != nil {
		t.Fatal(err)
	}
	want, err := insert(string(readme), rows)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, string(readme)); diff != "" {
		t.Errorf("README.md is out of date, run go generate ./test/chart/valuesdoc: %s", diff)
	}
}

func TestTableDescribesValuesInTheirOrder(t *testing.T) {
	got, err := table([]byte(`# Not of a value.

# -- The first.
b: 1
a:
  # -- Goes on
  # in a second line, with a | in it.
  c: [x, {y: z}]
# -- A map that is described as a whole.
d: {e: f}
`))
	if err != nil {
		t.Fatal(err)
	}
	want := headings +
		"| `b` | `1` | The first. |\n" +
		"| `a.c` | `[\"x\",{\"y\":\"z\"}]` | Goes on in a second line, with a \\| in it. |\n" +
		"| `d` | `{\"e\":\"f\"}` | A map that is described as a whole. |\n"
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestAValueWithoutADescriptionIsAnError(t *testing.T) {
	_, err := table([]byte("a:\n  # Said another way.\n  b: 1\n"))
	if err == nil || !strings.Contains(err.Error(), `line 3: a.b has no description`) {
		t.Errorf("the error is %v", err)
	}
}

func TestAREADMEWithoutMarkersIsAnError(t *testing.T) {
	if _, err := insert("# Chart\n", headings); err == nil || !strings.Contains(err.Error(), "it lacks the lines") {
		t.Errorf("the error is %v", err)
	}
}
