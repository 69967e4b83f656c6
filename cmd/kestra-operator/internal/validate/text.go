package validate

import (
	"fmt"
	"io"
	"strings"

	"github.com/kestra-operator/kestra-operator/cmd/kestra-operator/internal/terminal"
	"github.com/kestra-operator/kestra-operator/schemas/flow"
	"github.com/kestra-operator/kestra-operator/schemas/validation"
)

// maxText bounds what is printed of a finding or of a file's name, in characters. Messages are far shorter; the names
// in a path need not be.
const maxText = 2000

// WriteText prints findings for people, each with its place, and a summary.
func WriteText(w io.Writer, report Report, style terminal.Style) error {
	out := &printer{w: w, style: style}
	for _, result := range report.Results {
		for _, finding := range result.Findings {
			out.finding(result, finding)
		}
	}
	out.rules(report)
	out.summary(report)
	return out.err
}

// printer remembers the first error of its writes.
type printer struct {
	w     io.Writer
	style terminal.Style
	err   error
}

func (p *printer) printf(format string, arguments ...any) {
	if p.err == nil {
		_, p.err = fmt.Fprintf(p.w, format, arguments...)
	}
}

func (p *printer) finding(result Result, finding flow.Finding) {
	p.printf("%s: %s: %s [%s]\n", p.style.Bold(location(result, finding)), p.severity(finding.Severity), text(finding), finding.Rule)
	if excerpt := flow.Excerpt(result.text, finding); excerpt != "" {
		p.printf("%s\n", strings.TrimRight(excerpt, "\n"))
	}
}

// location of a finding in the form that editors and terminals open with a click.
func location(result Result, finding flow.Finding) string {
	file := validation.Printable(result.File, maxText)
	if finding.Line == 0 {
		return file
	}
	return fmt.Sprintf("%s:%d:%d", file, finding.Line, finding.Column)
}

// text of a finding without its place. It may quote the file, which must not steer a terminal.
func text(finding flow.Finding) string {
	text := finding.Message
	if finding.Path != "" {
		text = finding.Path + ": " + text
	}
	return validation.Printable(text, maxText)
}

// rules sums up what several flows have in common: before an upgrade, what it breaks.
func (p *printer) rules(report Report) {
	rules := report.Rules()
	if len(report.Results) < 2 || len(rules) == 0 {
		return
	}
	parts := make([]string, 0, len(rules))
	for _, rule := range rules {
		parts = append(parts, fmt.Sprintf("%s %d", rule.Rule, rule.Count))
	}
	p.printf("%s\n", strings.Join(parts, ", "))
}

func (p *printer) summary(report Report) {
	c := report.Counts()
	parts := []string{fmt.Sprintf("%d accepted", c.Accepted), fmt.Sprintf("%d refused", c.Refused)}
	if report.Skipped > 0 {
		parts = append(parts, count(report.Skipped, "other document")+" skipped")
	}
	if len(report.Unreadable) > 0 {
		parts = append(parts, fmt.Sprintf("%d not readable", len(report.Unreadable)))
	}
	p.printf("%s (%s, %s)\n", strings.Join(parts, ", "), count(c.Errors, "error"), count(c.Warnings, "warning"))
}

func count(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}

func (p *printer) severity(severity flow.Severity) string {
	if severity == flow.Error {
		return p.style.Bad(string(severity))
	}
	return p.style.Doubtful(string(severity))
}
