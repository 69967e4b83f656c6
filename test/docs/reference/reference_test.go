package main

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/kestra-operator/kestra-operator/schemas/flow"
)

const project = "../../.."

func TestTheReferenceIsCurrent(t *testing.T) {
	for name, render := range pages {
		t.Run(name, func(t *testing.T) {
			want, err := render(project)
			if err != nil {
				t.Fatal(err)
			}
			got, err := os.ReadFile(filepath.Join(project, "docs", "reference", name))
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(want, string(got)); diff != "" {
				t.Errorf("the page is not current; run make generate (-want +got):\n%s", diff)
			}
		})
	}
}

// A rule without an example is listed with its reason, so that a new rule gets one or the other.
func TestEachExampleBreaksItsRuleAndTheOtherBreaksNone(t *testing.T) {
	for _, rule := range flow.Rules() {
		t.Run(rule.ID, func(t *testing.T) {
			e, err := readExample(project, rule.ID)
			if withoutExample[rule.ID] != "" {
				if !os.IsNotExist(err) {
					t.Fatalf("it is listed as a rule without an example and has one (error: %v)", err)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(slices.Sorted(slices.Values(append(e.Also, rule.ID))), broken(t, e, e.Bad)); diff != "" {
				t.Errorf("the bad example breaks other rules (-want +got):\n%s", diff)
			}
			if got := broken(t, e, e.Good); len(got) > 0 {
				t.Errorf("the good example breaks %v", got)
			}
		})
	}
}

// broken returns the rules that a text breaks, sorted.
func broken(t *testing.T, e *example, source string) []string {
	t.Helper()
	report, err := e.judge(source)
	if err != nil {
		t.Fatal(err)
	}
	var rules []string
	for _, finding := range report.Findings {
		rules = append(rules, finding.Rule)
	}
	slices.Sort(rules)
	return slices.Compact(rules)
}

func TestNoExampleIsOfARuleThatIsGone(t *testing.T) {
	files, err := filepath.Glob("findings/*.yaml")
	if err != nil || len(files) == 0 {
		t.Fatalf("no examples: %v", err)
	}
	for _, file := range files {
		id := strings.TrimSuffix(filepath.Base(file), ".yaml")
		if !slices.ContainsFunc(flow.Rules(), func(r flow.Rule) bool { return r.ID == id }) {
			t.Errorf("%s: there is no such rule", file)
		}
	}
}

func TestEveryMetricHasATypeAndAMeaning(t *testing.T) {
	page, err := metrics(project)
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(page, "| `kestra_operator_server_up` | gauge | `state` |") {
		t.Errorf("a known metric is missing; the search does not work:\n%s", page)
	}
	if strings.Contains(page, "| `` |") || strings.Contains(page, "|  |\n") {
		t.Errorf("a metric's name or meaning was not found:\n%s", page)
	}
}
