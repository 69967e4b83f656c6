package docs

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

var (
	testName   = regexp.MustCompile("`(Test[A-Z][A-Za-z0-9]+)`")
	testFunc   = regexp.MustCompile(`(?m)^func (Test[A-Za-z0-9]+)\(t \*testing\.T\)`)
	makeTarget = regexp.MustCompile(`(?m)^([a-z0-9-]+):`)
	makeCall   = regexp.MustCompile("(?m)(?:^|`)make ([a-z][a-z0-9-]*)")
)

func TestEveryTestThatIsNamedExists(t *testing.T) {
	known, named := testFunctions(t), 0
	for _, page := range readPages(t) {
		for _, match := range testName.FindAllStringSubmatch(page.text, -1) {
			named++
			if !known[match[1]] {
				t.Errorf("%s names %s, which does not exist", page.path, match[1])
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
	makefile, err := os.ReadFile(filepath.Join(project, "Makefile"))
	if err != nil {
		t.Fatal(err)
	}
	known := map[string]bool{}
	for _, match := range makeTarget.FindAllSubmatch(makefile, -1) {
		known[string(match[1])] = true
	}
	for _, page := range readPages(t) {
		for _, match := range makeCall.FindAllStringSubmatch(page.text, -1) {
			if !known[match[1]] {
				t.Errorf("%s shows make %s, which the Makefile does not have", page.path, match[1])
			}
		}
	}
}
