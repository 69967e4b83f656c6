// Package terminal makes output for people's terminals: colours where they are seen, and plain text everywhere else.
//
// It knows nothing of what is printed. What may hold control characters is written to an Escaped output, or escaped by
// whoever paints it.
package terminal

import (
	"io"
	"os"

	"golang.org/x/term"
)

// Style paints text; the zero value leaves it plain.
type Style struct {
	// Color is true where escape sequences are understood.
	Color bool
}

// StyleOf returns the style for an output: colours on a terminal, unless NO_COLOR is set (https://no-color.org).
func StyleOf(out io.Writer) Style {
	return Style{Color: IsTerminal(out) && os.Getenv("NO_COLOR") == ""}
}

// IsTerminal tells whether an output is a terminal.
func IsTerminal(out io.Writer) bool {
	file, ok := out.(*os.File)
	return ok && term.IsTerminal(int(file.Fd()))
}

// Good paints what is as it should be.
func (s Style) Good(text string) string { return s.paint("32", text) }

// Doubtful paints what deserves a look.
func (s Style) Doubtful(text string) string { return s.paint("33", text) }

// Bad paints what is wrong.
func (s Style) Bad(text string) string { return s.paint("31", text) }

// Bold paints what a reader looks for first.
func (s Style) Bold(text string) string { return s.paint("1", text) }

// Dim paints what explains something else.
func (s Style) Dim(text string) string { return s.paint("2", text) }

func (s Style) paint(code, text string) string {
	if !s.Color || text == "" {
		return text
	}
	return "\x1b[" + code + "m" + text + "\x1b[0m"
}
