package validate

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/kestra-operator/kestra-operator/schemas/flow"
)

const project = "../../../.."

// ruleID finds the ids of rules where findings are made.
var ruleID = regexp.MustCompile(`(?:Rule: |finding\(flow\.\w+, |ErrorType\w+: +|rule = |return )"([a-z]+(?:-[a-z]+)*)"`)

func TestEveryRuleAroundAFlowIsExplained(t *testing.T) {
	if !slices.IsSortedFunc(ownRules, func(a, b flow.Rule) int { return strings.Compare(a.ID, b.ID) }) {
		t.Error("the rules are not sorted by id")
	}
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	used := map[string]bool{"server": true} // what Kestra says is worded elsewhere
	for _, file := range files {
		if strings.HasSuffix(file, "_test.go") || file == "sarif.go" {
			continue
		}
		code, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, match := range ruleID.FindAllStringSubmatch(string(code), -1) {
			used[match[1]] = true
			if rule, _ := explained(match[1]); rule.Summary == "" {
				t.Errorf("%s: nothing explains the rule %q", file, match[1])
			}
		}
	}
	for _, rule := range ownRules {
		if !used[rule.ID] {
			t.Errorf("nothing finds what the rule %q is for", rule.ID)
		}
	}
}

func TestTheGuideHasEveryRuleAroundAFlow(t *testing.T) {
	_, place, found := strings.Cut(ownRulesPage, "/blob/main/")
	file, anchor, _ := strings.Cut(place, "#")
	if !found {
		t.Fatalf("%s is no page of the project", ownRulesPage)
	}
	page, err := os.ReadFile(filepath.Join(project, filepath.FromSlash(file)))
	if err != nil {
		t.Fatal(err)
	}
	heading := "\n### Findings about manifests\n"
	if anchor != strings.ReplaceAll(strings.ToLower(strings.Trim(heading, "#\n ")), " ", "-") {
		t.Errorf("the anchor %s is not that of %q", anchor, heading)
	}
	_, section, found := strings.Cut(string(page), heading)
	section, _, _ = strings.Cut(section, "\n#")
	if !found {
		t.Fatalf("%s has no heading %q", file, heading)
	}
	for _, rule := range ownRules {
		if row := fmt.Sprintf("| `%s` | %s | %s |\n", rule.ID, rule.Severity, rule.Summary); !strings.Contains(section, row) {
			t.Errorf("%s lacks the row %s", file, row)
		}
	}
}

func TestARuleIsExplainedWhereItsMeaningIs(t *testing.T) {
	for id, want := range map[string]string{
		"unknown-property": flowRulesPage + "#unknown-property",
		"too-long":         flowRulesPage + "#too-long", // of fields, too
		"shared-target":    ownRulesPage,
	} {
		if rule, page := explained(id); page != want || rule.Summary == "" {
			t.Errorf("%s: %q at %s, want %s", id, rule.Summary, page, want)
		}
	}
}
