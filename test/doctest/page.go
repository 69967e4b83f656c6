package doctest

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
)

// Page is a Markdown file of the project: its text, and the fenced blocks within it.
type Page struct {
	Path   string // from the project's folder, with slashes
	Text   string
	Blocks []Block
}

// Block is a fenced block: its language, its text without the indentation of the fence, and its first line's number.
type Block struct {
	Language, Text string
	Line           int
	indent         string
}

// atTheTop are pages outside of docs.
var atTheTop = []string{"README.md", "SECURITY.md", "CONTRIBUTING.md", "GOVERNANCE.md", "CHANGELOG.md", "charts/kestra-operator/README.md"}

// Pages returns every page that people read. The argument is the project's folder.
func Pages(project string) ([]Page, error) {
	names := append([]string{}, atTheTop...)
	err := filepath.WalkDir(filepath.Join(project, "docs"), func(path string, _ fs.DirEntry, err error) error {
		if err == nil && strings.HasSuffix(path, ".md") {
			name, relErr := filepath.Rel(project, path)
			names, err = append(names, filepath.ToSlash(name)), relErr
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	pages := make([]Page, len(names))
	for i, name := range names {
		if pages[i], err = Read(project, name); err != nil {
			return nil, err
		}
	}
	return pages, nil
}

// Read reads the page of a path from the project's folder.
func Read(project, path string) (Page, error) {
	text, err := os.ReadFile(filepath.Join(project, filepath.FromSlash(path)))
	if err != nil {
		return Page{}, err
	}
	return Page{Path: path, Text: string(text), Blocks: Blocks(string(text))}, nil
}

// Blocks returns the fenced blocks of a text, in its order.
func Blocks(text string) []Block {
	var blocks []Block
	var current *Block
	for i, line := range strings.Split(text, "\n") {
		trimmed := strings.TrimLeft(line, " ")
		language, fence := strings.CutPrefix(trimmed, "```")
		switch {
		case fence && current == nil:
			current = &Block{Language: language, Line: i + 2, indent: line[:len(line)-len(trimmed)]}
		case fence:
			blocks, current = append(blocks, *current), nil
		case current != nil:
			current.Text += strings.TrimPrefix(line, current.indent) + "\n"
		}
	}
	return blocks
}

// Prose is the text of a page outside of its fenced blocks.
func (p Page) Prose() string {
	var prose strings.Builder
	for i, part := range strings.Split(p.Text, "```") {
		if i%2 == 0 {
			prose.WriteString(part)
		}
	}
	return prose.String()
}

// HasCommands is true for a block that a reader runs.
func (b Block) HasCommands() bool { return b.Language == "sh" || b.Language == "console" }

var fileName = regexp.MustCompile(`^# ([\w./-]+\.yaml)\n`)

// File returns the name and the content of the file that the block is.
func (b Block) File() (name, content string, is bool) {
	first := fileName.FindStringSubmatch(b.Text)
	if b.Language != "yaml" || first == nil {
		return "", "", false
	}
	return first[1], strings.TrimPrefix(b.Text, first[0]), true
}

// with returns the page's text with other texts in some of its blocks, by the number of their first line.
func (p Page) with(texts map[int]string) string {
	lines := strings.SplitAfter(p.Text, "\n")
	var changed strings.Builder
	next := 0
	for _, block := range p.Blocks {
		text, is := texts[block.Line]
		if !is {
			continue
		}
		begin := block.Line - 1
		changed.WriteString(strings.Join(lines[next:begin], ""))
		for line := range strings.Lines(text) {
			if line != "\n" {
				line = block.indent + line
			}
			changed.WriteString(line)
		}
		next = begin + strings.Count(block.Text, "\n")
	}
	changed.WriteString(strings.Join(lines[next:], ""))
	return changed.String()
}

// at names a place in the page.
func (p Page) at(b Block) string { return fmt.Sprintf("%s, line %d", p.Path, b.Line) }
