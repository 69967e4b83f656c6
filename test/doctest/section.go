package doctest

import (
	"fmt"
	"slices"
	"strings"
)

// Section returns the part of the page below a heading, until the next heading of any level; it is an error when there is
// no such heading.
func (p Page) Section(heading string) (Page, error) {
	begin, end := 0, strings.Count(p.Text, "\n")+1
	for i, line := range strings.Split(p.Text, "\n") {
		if p.isFenced(i+1) || !strings.HasPrefix(line, "#") {
			continue
		}
		if begin > 0 {
			end = i
			break
		}
		if strings.TrimLeft(line, "# ") == heading {
			begin = i + 1
		}
	}
	if begin == 0 {
		return Page{}, fmt.Errorf("%s has no heading %q", p.Path, heading)
	}
	p.Blocks = slices.DeleteFunc(slices.Clone(p.Blocks), func(b Block) bool { return b.Line < begin || b.Line > end })
	return p, nil
}

// isFenced is true for a line, by its number, that is part of a block.
func (p Page) isFenced(line int) bool {
	return slices.ContainsFunc(p.Blocks, func(b Block) bool {
		return line >= b.Line && line < b.Line+strings.Count(b.Text, "\n")
	})
}
