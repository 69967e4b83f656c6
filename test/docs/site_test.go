package docs

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// The site is built by make site; this says sooner what that would say.
func TestEveryPageIsInTheNavigationOfTheSite(t *testing.T) {
	navigation, err := os.ReadFile(filepath.Join(project, "mkdocs.yml"))
	if err != nil {
		t.Fatal(err)
	}
	for _, page := range readPages(t) {
		if path, is := strings.CutPrefix(page.Path, "docs/"); is && strings.Count(string(navigation), ": "+path+"\n") != 1 {
			t.Errorf("mkdocs.yml does not list %s once under nav", path)
		}
	}
}
