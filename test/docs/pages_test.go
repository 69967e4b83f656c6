package docs

import (
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

const project = "../.."

// page is a Markdown file of the project: its text, and the fenced blocks within it.
type page struct {
	path   string // from the project's folder
	text   string
	blocks []block
}

// block is a fenced block: its language, its text without the indentation of the fence, and its first line's number.
type block struct {
	language, text string
	line           int
}

// readPages returns every page that people read.
func readPages(t *testing.T) []page {
	t.Helper()
	names := []string{"README.md", "SECURITY.md", "CONTRIBUTING.md", "GOVERNANCE.md", "CHANGELOG.md", "charts/kestra-operator/README.md"}
	err := filepath.WalkDir(filepath.Join(project, "docs"), func(path string, _ fs.DirEntry, err error) error {
		if err == nil && strings.HasSuffix(path, ".md") {
			name, relErr := filepath.Rel(project, path)
			names, err = append(names, name), relErr
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	pages := make([]page, 0, len(names))
	for _, name := range names {
		text, err := os.ReadFile(filepath.Join(project, name))
		if err != nil {
			t.Fatal(err)
		}
		pages = append(pages, page{path: name, text: string(text), blocks: blocksOf(string(text))})
	}
	return pages
}

func blocksOf(text string) []block {
	var blocks []block
	var current *block
	indent := ""
	for i, line := range strings.Split(text, "\n") {
		trimmed := strings.TrimLeft(line, " ")
		language, fence := strings.CutPrefix(trimmed, "```")
		switch {
		case fence && current == nil:
			indent = line[:len(line)-len(trimmed)]
			current = &block{language: language, line: i + 2}
		case fence:
			blocks, current = append(blocks, *current), nil
		case current != nil:
			current.text += strings.TrimPrefix(line, indent) + "\n"
		}
	}
	return blocks
}

// prose is the text of a page outside of its fenced blocks.
func (p page) prose() string {
	var prose strings.Builder
	for i, part := range strings.Split(p.text, "```") {
		if i%2 == 0 {
			prose.WriteString(part)
		}
	}
	return prose.String()
}

func TestBlocksAreFound(t *testing.T) {
	got := blocksOf("a\n```sh\none\n```\n- b\n\n  ```yaml\n  c:\n    d: e\n  ```\n")
	want := []block{{"sh", "one\n", 3}, {"yaml", "c:\n  d: e\n", 8}}
	if len(got) != 2 || got[0] != want[0] || got[1] != want[1] {
		t.Errorf("got %+v, want %+v", got, want)
	}
}
