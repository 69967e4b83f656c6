package diff

import (
	"fmt"
	"io"
	"strings"

	"github.com/aymanbagabas/go-udiff"

	"github.com/kestra-operator/kestra-operator/cmd/kestra-operator/internal/terminal"
	"github.com/kestra-operator/kestra-operator/schemas/validation"
)

// maxLine bounds a printed line, in characters.
const maxLine = 2000

// Write prints a difference as a unified diff, from what Kestra holds to what the object says, or in words where the
// content is not to be shown. It prints nothing when there is none.
func Write(out io.Writer, d Difference, style terminal.Style) error {
	if d.Change == Same {
		return nil
	}
	before, after := "kestra:"+d.Object.Target(), d.Object.String()
	if d.Object.GetName() == "" {
		after = d.Object.Kind
	}
	if d.Change == Absent {
		before = "/dev/null"
	}
	if d.Hidden != "" {
		_, err := fmt.Fprintf(out, "%s\n%s\n%s\n", style.Bold("--- "+before), style.Bold("+++ "+after), style.Doubtful(d.Hidden+" (not shown)"))
		return err
	}
	var b strings.Builder
	for line := range strings.Lines(udiff.Unified(before, after, d.Before, d.After)) {
		b.WriteString(paint(strings.TrimSuffix(line, "\n"), style))
		b.WriteByte('\n')
	}
	_, err := io.WriteString(out, b.String())
	return err
}

// paint colours a line by its first character. What it quotes must not steer a terminal.
func paint(line string, style terminal.Style) string {
	line = printable(line)
	switch {
	case strings.HasPrefix(line, "--- "), strings.HasPrefix(line, "+++ "):
		return style.Bold(line)
	case strings.HasPrefix(line, "+"):
		return style.Good(line)
	case strings.HasPrefix(line, "-"):
		return style.Bad(line)
	case strings.HasPrefix(line, "@@"):
		return style.Dim(line)
	}
	return line
}

// printable escapes control characters, tabs excepted.
func printable(line string) string {
	parts := strings.Split(line, "\t")
	for i, part := range parts {
		parts[i] = validation.Printable(part, maxLine)
	}
	return strings.Join(parts, "\t")
}
