package flow

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// ruleID finds the ids of rules where findings are made.
var ruleID = regexp.MustCompile(`(?:Rule: |(?:refuse|warn|note|findingAt|refuseMissing)\([^"\n]*(?:"[a-z]+", )?)"((?:policy-)?[a-z]+(?:-[a-z]+)*)"`)

func TestEveryRuleIsInTheIndex(t *testing.T) {
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	known := make([]string, 0, len(ruleIndex))
	for _, rule := range ruleIndex {
		known = append(known, rule.ID)
	}
	if !slices.IsSorted(known) {
		t.Error("the index is not sorted by id")
	}
	found := 0
	for _, file := range files {
		if strings.HasSuffix(file, "_test.go") {
			continue
		}
		code, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range ruleID.FindAllStringSubmatch(string(code), -1) {
			found++
			if !slices.Contains(known, m[1]) {
				t.Errorf("%s: the rule %q is not in the index", file, m[1])
			}
		}
	}
	if found < 50 {
		t.Errorf("found only %d places that make findings; the search does not work", found)
	}
}
