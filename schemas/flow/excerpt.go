package flow

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

const (
	// excerptWidth is how many characters of a line an excerpt shows.
	excerptWidth = 100
	// excerptLead is how many of them stand before the column when a long line is cut.
	excerptLead = 40
)

// Excerpt returns the line of the source that a finding is about and a caret under its column, both ended by
// a line break; "" when the finding has no place in the source. Long lines are cut around the column, and
// tabs and control characters are replaced, so that the text is safe to print on a terminal.
func Excerpt(source []byte, f Finding) string {
	if f.Line <= 0 || f.Column <= 0 {
		return ""
	}
	start := lineStart(source, f.Line)
	line := printable(source[start:lineEnd(source, start)])
	if start >= len(source) && f.Line > 1 {
		return ""
	}
	at := min(f.Column-1, len(line))
	lead, tail := "", ""
	if len(line) > excerptWidth {
		if from := at - excerptLead; from > 0 {
			line, at, lead = line[from:], at-from, "…"
		}
		if len(line) > excerptWidth {
			line, tail = line[:excerptWidth], "…"
		}
	}
	indent := utf8.RuneCountInString(lead) + at
	return lead + string(line) + tail + "\n" + strings.Repeat(" ", indent) + "^\n"
}

// printable replaces what a terminal would not show as one character.
func printable(line []byte) []rune {
	runes := []rune(string(line))
	for i, r := range runes {
		switch {
		case r == '\t':
			runes[i] = ' '
		case r == utf8.RuneError || !unicode.IsGraphic(r):
			runes[i] = '·'
		}
	}
	return runes
}
