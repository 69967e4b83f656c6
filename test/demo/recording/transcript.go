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

// line is one line of a screen, and what it belongs to.
type line struct {
	kind Kind
	text string
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
		var step []line
		for text := range strings.SplitSeq(strings.TrimRight(ages.ReplaceAllString(entry.Text, "0s"), "\n"), "\n") {
			for _, part := range wrap(strings.ReplaceAll(text, "\t", "        ")) {
				step = append(step, line{entry.Kind, part})
			}
		}
		last.steps = append(last.steps, step)
	}
	return all
}

// wrap divides a text where a terminal would.
func wrap(text string) []string {
	runes, parts := []rune(text), []string{}
	for len(runes) > columns {
		parts = append(parts, string(runes[:columns]))
		runes = runes[columns:]
	}
	return append(parts, string(runes))
}
