package doctest

import (
	"flag"
	"os"
	"path/filepath"
	"regexp"
	"testing"

	"github.com/google/go-cmp/cmp"
)

var update = flag.Bool("update", false, "write what the commands of pages print into the pages")

var (
	// age is what differs from one run to the next.
	age     = regexp.MustCompile(`\b(\d+[dhm])*\d+s\b`)
	lineEnd = regexp.MustCompile(` +\n`)
)

// Follow does a page in its order: it writes every file, runs the commands that are for the place, and fails the test
// where one fails or prints something else than the page says. The project's folder is where -update finds the page.
func (r *Reader) Follow(t *testing.T, project string, page Page, place Place) {
	t.Helper()
	printed := map[int]string{}
	for _, block := range page.Blocks {
		if block.HasCommands() && !isAt(page, block, place) {
			continue
		}
		text, err := r.Do(t.Context(), block)
		if err != nil {
			t.Errorf("%s: %v\n%s", page.at(block), err, block.Text)
			break // later blocks build on it
		}
		diff := cmp.Diff(steady(block.Text), steady(text))
		if diff == "" {
			continue
		}
		printed[block.Line] = lineEnd.ReplaceAllString(text, "\n")
		if !*update {
			t.Errorf("%s: this prints something else than the page says; -update writes it there (-page +printed):\n%s", page.at(block), diff)
		}
	}
	if *update {
		err := os.WriteFile(filepath.Join(project, filepath.FromSlash(page.Path)), []byte(page.with(printed)), 0o600)
		if err != nil {
			t.Fatal(err)
		}
	}
}

// steady is a text without what differs from one run to the next, and without blanks at the ends of lines.
func steady(text string) string {
	return lineEnd.ReplaceAllString(age.ReplaceAllString(text, "0s"), "\n")
}
