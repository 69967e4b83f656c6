package hostile

import (
	"testing"
	"unicode/utf8"

	"github.com/kestra-operator/kestra-operator/schemas/flow"
)

// sourceBound is what any source may cost, however large: beyond a mebibyte it is copied and not read.
func sourceBound(text string) uint64 {
	const fixed, perByte = 16 * mebibyte, 64
	return fixed + perByte*uint64(min(len(text), mebibyte)) + uint64(len(text))
}

func TestNoSourceCostsMoreThanItsSizeAllows(t *testing.T) {
	catalog, err := flow.Embedded("")
	if err != nil {
		t.Fatal(err)
	}
	if err := catalog.Warm(); err != nil {
		t.Fatal(err)
	}
	for _, b := range sources() {
		t.Run(b.name, func(t *testing.T) {
			var report flow.Report
			measure(t, "judge", b, sourceBound(b.text), func(text string) string {
				report = flow.Check([]byte(text), flow.Identity{}, catalog, flow.Options{})
				return outcomeOf(report)
			})
			if b.want == accepted && !report.Accepted() {
				t.Errorf("refused: %s", report.Findings[0])
			}
			if b.want != "" && b.want != accepted && !hasError(report, b.want) {
				t.Errorf("no error of rule %s among %v", b.want, report.Findings)
			}
			if len(report.Findings) > flow.DefaultMaxFindings {
				t.Errorf("%d findings", len(report.Findings))
			}
			for _, finding := range report.Findings {
				if len(finding.Message) > 1000 || !utf8.ValidString(finding.Message) {
					t.Errorf("a message of %d bytes of rule %s", len(finding.Message), finding.Rule)
				}
			}
		})
	}
}

func TestNoLabelEditCostsMoreThanItsSizeAllows(t *testing.T) {
	for _, b := range sources() {
		t.Run(b.name, func(t *testing.T) {
			measure(t, "label edit", b, sourceBound(b.text), func(text string) string {
				edited, changed, err := flow.EnsureReadOnly([]byte(text))
				switch {
				case err != nil && string(edited) != text:
					t.Error("what could not be edited was changed")
					return ""
				case err != nil:
					return "not edited"
				case changed && len(edited) > len(text)+200:
					t.Errorf("the edit added %d bytes", len(edited)-len(text))
				}
				return "edited"
			})
		})
	}
}

func outcomeOf(report flow.Report) string {
	if report.Accepted() {
		return accepted
	}
	for _, finding := range report.Findings {
		if finding.Severity == flow.Error {
			return finding.Rule
		}
	}
	return ""
}

func hasError(report flow.Report, rule string) bool {
	for _, finding := range report.Findings {
		if finding.Severity == flow.Error && finding.Rule == rule {
			return true
		}
	}
	return false
}
