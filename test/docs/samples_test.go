package docs

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// shown finds the first line of a block that shows a whole file of the project.
var shown = regexp.MustCompile(`^# (config/[a-z_/-]+\.yaml)\n`)

func TestEveryFileThatAPageShowsIsTheFile(t *testing.T) {
	found := 0
	for _, page := range readPages(t) {
		for _, block := range page.Blocks {
			name := shown.FindStringSubmatch(block.Text)
			if name == nil {
				continue
			}
			found++
			text, err := os.ReadFile(filepath.Join(project, name[1]))
			if err != nil {
				t.Fatal(err)
			}
			if strings.TrimPrefix(block.Text, name[0]) != string(text) {
				t.Errorf("%s, line %d: this is not what %s holds", page.Path, block.Line, name[1])
			}
		}
	}
	if found < 5 {
		t.Errorf("found only %d files; the search does not work", found)
	}
}
