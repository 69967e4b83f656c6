package validation

import (
	"fmt"
	"strconv"
	"strings"
	"unicode"
)

const (
	// MaxDetailLength bounds the text of one field error, in characters.
	MaxDetailLength = 500
	// MaxWarningLength bounds one warning, in characters: the API server cuts longer ones.
	MaxWarningLength = 120
	// MaxWarnings bounds the warnings of one object: the API server drops what exceeds 4 KiB in all.
	MaxWarnings = 16
)

// Printable makes a text fit for a terminal and for the header that carries warnings: what is not printable is
// written as an escape, and what exceeds limit characters is cut.
func Printable(text string, limit int) string {
	var b strings.Builder
	length := 0
	for _, r := range text {
		piece := string(r)
		if !unicode.IsPrint(r) {
			quoted := strconv.QuoteRuneToASCII(r)
			piece = quoted[1 : len(quoted)-1]
		}
		if length += len([]rune(piece)); length > limit-1 {
			b.WriteString("…")
			break
		}
		b.WriteString(piece)
	}
	return b.String()
}

// boundWarnings drops repetitions, keeps MaxWarnings and says how many were left out.
func boundWarnings(texts []string) []string {
	seen := map[string]bool{}
	var warnings []string
	for _, text := range texts {
		text = Printable(text, MaxWarningLength)
		if !seen[text] {
			seen[text] = true
			warnings = append(warnings, text)
		}
	}
	if len(warnings) > MaxWarnings {
		omitted := len(warnings) - MaxWarnings + 1
		warnings = append(warnings[:MaxWarnings-1],
			fmt.Sprintf("%d more warnings; `kestra-operator validate` shows them all", omitted))
	}
	return warnings
}
