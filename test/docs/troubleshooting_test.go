package docs

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/kestra-operator/kestra-operator/schemas/v1alpha1"
)

var (
	// troubled finds the texts of errors that a paragraph of the page is about.
	troubled = regexp.MustCompile(`\*\*[^*]*\*\*`)
	// reasonConstant finds the reasons of conditions in the code.
	reasonConstant = regexp.MustCompile(`\tReason\w+ += "(\w+)"`)
	span           = regexp.MustCompile("`([^`]+)`")
	// placeholder is where a text of the page has a name, a number or anything.
	placeholder = regexp.MustCompile(`"?\b[A-Z][A-Z_]{3,}\b"?|…|"[A-Z][A-Z]+"`)
)

// foreign are texts that are not the operator's own.
var foreign = []string{
	"Internal error occurred", "spec.source: Invalid value", "metadata.annotations: Too long", "Apply failed with", "no matches for kind",
	"certificate signed by unknown authority", "the server doesn't have a resource type",
}

// untroubled are the reasons of objects of which nothing needs to be said there.
var untroubled = []string{v1alpha1.ReasonSucceeded, v1alpha1.ReasonProgressing, v1alpha1.ReasonExpired}

func TestThePageOnTroubleHasEveryReason(t *testing.T) {
	page, err := os.ReadFile(filepath.Join(project, "docs", "guides", "troubleshooting.md"))
	if err != nil {
		t.Fatal(err)
	}
	code, err := os.ReadFile(filepath.Join(project, "schemas", "v1alpha1", "conditions.go"))
	if err != nil {
		t.Fatal(err)
	}
	reasons := reasonConstant.FindAllStringSubmatch(string(code), -1)
	for _, reason := range reasons {
		if !slices.Contains(untroubled, reason[1]) && !strings.Contains(string(page), "\n**`"+reason[1]+"`") {
			t.Errorf("no paragraph is about %s", reason[1])
		}
	}
	if len(reasons) < 10 {
		t.Errorf("found only %d reasons; the search does not work", len(reasons))
	}
}

func TestEveryErrorOfThePageOnTroubleIsOneThatTheProgramSays(t *testing.T) {
	page, err := os.ReadFile(filepath.Join(project, "docs", "guides", "troubleshooting.md"))
	if err != nil {
		t.Fatal(err)
	}
	code, found := programCode(t), 0
	for _, bold := range troubled.FindAllString(string(page), -1) {
		for _, match := range span.FindAllStringSubmatch(bold, -1) {
			found++
			for _, fragment := range placeholder.Split(match[1], -1) {
				fragment = strings.TrimSpace(fragment)
				if len(fragment) > 5 && !isForeign(match[1]) && !strings.Contains(code, fragment) {
					t.Errorf("the program never says %q, of %q", fragment, match[1])
				}
			}
		}
	}
	if found < 20 {
		t.Errorf("found only %d errors; the search does not work", found)
	}
}

func isForeign(text string) bool {
	for _, opening := range foreign {
		if strings.HasPrefix(text, opening) {
			return true
		}
	}
	return false
}

// programCode is all code of the program, with the quotes of its texts as they are printed and the literals of one
// text joined.
func programCode(t *testing.T) string {
	t.Helper()
	var code strings.Builder
	for _, room := range []string{"cmd", "controllers", "schemas", "webhooks"} {
		err := filepath.WalkDir(filepath.Join(project, room), func(path string, _ fs.DirEntry, err error) error {
			if err != nil || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
				return err
			}
			text, err := os.ReadFile(path)
			code.Write(text)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	joined := regexp.MustCompile(`"\s*\+\s*"`).ReplaceAllString(code.String(), "")
	return strings.ReplaceAll(joined, `\"`, `"`)
}
