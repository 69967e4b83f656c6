package docs

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/kestra-operator/kestra-operator/test/doctest"
)

var (
	testName = regexp.MustCompile("`((?:Test|Fuzz)[A-Z][A-Za-z0-9]+)`")
	// bareTestName finds a test's name outside of a page.
	bareTestName = regexp.MustCompile(`\bTest[A-Z][A-Za-z0-9]+`)
	testFunc     = regexp.MustCompile(`(?m)^func ((?:Test|Fuzz)[A-Za-z0-9]+)\([tf] \*testing\.[TF]\)`)
	makeTarget   = regexp.MustCompile(`(?m)^([a-z0-9-]+):`)
	makeCall     = regexp.MustCompile("(?m)(?:^|`)make ([a-z][a-z0-9-]*)")
	// makeHelp finds the targets that make help lists.
	makeHelp = regexp.MustCompile(`(?m)^([a-z0-9-]+):.*## `)
	// ownPath finds what a command line takes from the project.
	ownPath = regexp.MustCompile(`\s((?:charts|config|docs)/[\w./-]*)`)
)

func TestEveryTestThatIsNamedExists(t *testing.T) {
	known, named := testFunctions(t), 0
	for _, page := range readPages(t) {
		for _, match := range testName.FindAllStringSubmatch(page.Text, -1) {
			named++
			if !known[match[1]] {
				t.Errorf("%s names %s, which does not exist", page.Path, match[1])
			}
		}
		for _, block := range page.Blocks {
			_, why := doctest.PlaceOf(page, block)
			for _, name := range bareTestName.FindAllString(why, -1) {
				if !known[name] {
					t.Errorf("%s, line %d, is said to be tested by %s, which does not exist", page.Path, block.Line, name)
				}
			}
		}
	}
	if named == 0 {
		t.Error("no page names a test; the search does not work")
	}
}

// testFunctions returns the names of all tests of the project.
func testFunctions(t *testing.T) map[string]bool {
	t.Helper()
	known := map[string]bool{}
	err := filepath.WalkDir(project, func(path string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case entry.IsDir() && path != project && strings.HasPrefix(entry.Name(), "."):
			return fs.SkipDir
		case !strings.HasSuffix(path, "_test.go"):
			return nil
		}
		code, err := os.ReadFile(path)
		for _, match := range testFunc.FindAllSubmatch(code, -1) {
			known[string(match[1])] = true
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return known
}

func TestEveryMakeTargetThatIsShownExists(t *testing.T) {
	known := map[string]bool{}
	for _, match := range makeTarget.FindAllStringSubmatch(makefile(t), -1) {
		known[match[1]] = true
	}
	for _, page := range readPages(t) {
		for _, match := range makeCall.FindAllStringSubmatch(page.Text, -1) {
			if !known[match[1]] {
				t.Errorf("%s shows make %s, which the Makefile does not have", page.Path, match[1])
			}
		}
	}
}

func TestContributorsAreToldOfEveryMakeTarget(t *testing.T) {
	told, listed := map[string]bool{"help": true}, 0
	for _, page := range readPages(t) {
		for _, match := range makeCall.FindAllStringSubmatch(page.Text, -1) {
			told[match[1]] = told[match[1]] || page.Path == "CONTRIBUTING.md"
		}
	}
	for _, match := range makeHelp.FindAllStringSubmatch(makefile(t), -1) {
		listed++
		if !told[match[1]] {
			t.Errorf("CONTRIBUTING.md does not say what make %s does", match[1])
		}
	}
	if listed < 10 {
		t.Errorf("found only %d targets; the search does not work", listed)
	}
}

func makefile(t *testing.T) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(project, "Makefile"))
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func TestEveryFolderThatACommandTakesFromTheProjectIsThere(t *testing.T) {
	found := 0
	for _, page := range readPages(t) {
		for _, block := range page.Blocks {
			if !block.HasCommands() {
				continue
			}
			for _, match := range ownPath.FindAllStringSubmatch(block.Text, -1) {
				found++
				if _, err := os.Stat(filepath.Join(project, match[1])); err != nil {
					t.Errorf("%s, line %d: the project has no %s", page.Path, block.Line, match[1])
				}
			}
		}
	}
	if found < 10 {
		t.Errorf("found only %d paths; the search does not work", found)
	}
}
