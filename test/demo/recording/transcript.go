package recording

import (
	"regexp"
	"strings"
)

// Kind of what is shown.
type Kind int

// What a terminal shows: the title of a screen, which clears it, a remark, a command, and its output.
const (
	Title Kind = iota
	Remark
	Command
	Output
)

// Entry is a text that appears at once.
type Entry struct {
	Kind Kind
	Text string
}

// columns is the width of the terminal.
const columns = 88

// line is one line of a screen: its text and its colour, which the parts of a divided line share.
type line struct {
	kind        Kind
	text, class string
}

// screen is what one title and what follows it shows, by the moments at which lines appear.
type screen struct {
	steps [][]line
}

// ages differ from one run to the next.
var ages = regexp.MustCompile(`\b\d+s\b`)

// screens divides a transcript at its titles.
func screens(transcript []Entry) []screen {
	var all []screen
	for _, entry := range transcript {
		if entry.Kind == Title || len(all) == 0 {
			all = append(all, screen{})
		}
		last := &all[len(all)-1]
		last.steps = append(last.steps, linesOf(entry))
	}
	return all
}

func linesOf(entry Entry) []line {
	var lines []line
	all := strings.TrimRight(entry.Text, "\n")
	if entry.Kind == Output {
		all = ages.ReplaceAllString(all, "0s")
	}
	for text := range strings.SplitSeq(all, "\n") {
		for _, part := range wrap(strings.ReplaceAll(text, "\t", "        ")) {
			lines = append(lines, line{entry.Kind, part, class(entry.Kind, text)})
		}
	}
	if entry.Kind == Title {
		lines = append(lines, line{}) // room below
	}
	return lines
}

// wrap divides a text that is wider than the terminal, between words where there are any.
func wrap(text string) []string {
	runes, parts := []rune(text), []string{}
	for len(runes) > columns {
		end := columns
		if space := strings.LastIndex(string(runes[:columns]), " "); space > columns/2 {
			end = len([]rune(string(runes[:columns])[:space]))
		}
		parts = append(parts, string(runes[:end]))
		runes = []rune("  " + strings.TrimLeft(string(runes[end:]), " "))
	}
	return append(parts, string(runes))
}

// class is the colour of a line.
func class(kind Kind, text string) string {
	switch {
	case kind == Title:
		return "title"
	case kind == Remark:
		return "remark"
	case kind == Command:
		return "command"
	case strings.HasPrefix(text, "Warning:"):
		return "warned"
	case strings.HasPrefix(text, "* ") || strings.HasPrefix(text, "The KestraFlow") || strings.HasPrefix(text, "Error from server"):
		return "refused"
	case strings.Contains(text, " True ") || strings.HasSuffix(text, "condition met"):
		return "good"
	}
	return "output"
}
