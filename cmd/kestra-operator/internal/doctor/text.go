package doctor

import (
	"fmt"
	"io"
	"strings"

	"github.com/kestra-operator/kestra-operator/cmd/kestra-operator/internal/terminal"
	"github.com/kestra-operator/kestra-operator/schemas/validation"
)

// maxMessage bounds what is printed of a message, in characters. It may quote what a server answered.
const maxMessage = 1000

// Write prints findings for people: a line for each, and the next step below those that need one.
func Write(out io.Writer, findings []Finding, style terminal.Style) error {
	var b strings.Builder
	counts := map[Level]int{}
	for _, finding := range findings {
		counts[finding.Level]++
		fmt.Fprintf(&b, "%s %-15s %s\n", mark(finding.Level, style), finding.Check, validation.Printable(finding.Message, maxMessage))
		if finding.Next != "" {
			fmt.Fprintf(&b, "%19s%s %s\n", "", style.Bold("→"), validation.Printable(finding.Next, maxMessage))
		}
	}
	fmt.Fprintf(&b, "\n%d ok, %d warnings, %d failed, %d skipped\n", counts[OK], counts[Warning], counts[Failed], counts[Skipped])
	_, err := io.WriteString(out, b.String())
	return err
}

func mark(level Level, style terminal.Style) string {
	switch level {
	case OK:
		return style.Good("✓")
	case Warning:
		return style.Doubtful("!")
	case Failed:
		return style.Bad("✗")
	}
	return style.Dim("-")
}
