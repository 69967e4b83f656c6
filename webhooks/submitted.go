package webhooks

import (
	"slices"
	"strings"

	"github.com/kestra-operator/kestra-operator/schemas/flow"
)

// asSubmitted moves findings on the text that will be stored to the lines that the user wrote. The two differ in
// the one place where the label was set; a finding within it goes to the line before.
func asSubmitted(submitted, stored string, findings []flow.Finding) []flow.Finding {
	if submitted == stored {
		return findings
	}
	before, after := strings.Split(submitted, "\n"), strings.Split(stored, "\n")
	shorter := min(len(before), len(after))
	head := 0
	for head < shorter && before[head] == after[head] {
		head++
	}
	tail := 0
	for tail < shorter-head && before[len(before)-1-tail] == after[len(after)-1-tail] {
		tail++
	}
	moved := slices.Clone(findings)
	for i := range moved {
		switch line := moved[i].Line; {
		case line <= head:
		case line > len(after)-tail:
			moved[i].Line += len(before) - len(after)
		default:
			moved[i].Line, moved[i].Column = max(head, 1), 1
		}
	}
	return moved
}
