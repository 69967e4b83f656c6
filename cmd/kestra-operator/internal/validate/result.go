package validate

import (
	"cmp"
	"slices"

	"github.com/kestra-operator/kestra-operator/schemas/flow"
)

// Verdict on one flow or object.
type Verdict string

const (
	// Accepted means that admission would let the object in, perhaps with warnings.
	Accepted Verdict = "accepted"
	// Refused means that admission would not.
	Refused Verdict = "refused"
)

// Result is what was found in one flow or object.
type Result struct {
	// File as it was named; "-" for standard input.
	File string `json:"file"`
	// Document within the file, counted from 1.
	Document int     `json:"document"`
	Verdict  Verdict `json:"verdict"`
	// Findings have their place in the file, not in the flow's source, where the file shows the source
	// literally. Never nil.
	Findings []flow.Finding `json:"findings"`

	// keeps is what the object writes; nil for a flow that stands alone.
	keeps *keeping
	// strict makes warnings refuse.
	strict bool
	// text of the whole file, to print excerpts of; nil where it may hold secrets.
	text []byte
}

// decide sets the verdict by the findings.
func (r *Result) decide() {
	r.Verdict = Accepted
	for _, finding := range r.Findings {
		if finding.Severity == flow.Error || r.strict {
			r.Verdict = Refused
		}
	}
}

// Report is what came of all inputs.
type Report struct {
	Results []Result
	// Skipped counts documents that are neither a flow nor an object of ours.
	Skipped int
	// Unreadable are the inputs that could not be read.
	Unreadable []error
}

// RuleCount is how often a rule found something.
type RuleCount struct {
	Rule  string
	Count int
}

// Rules counts findings by their rule, the most frequent first.
func (r Report) Rules() []RuleCount {
	byRule := map[string]int{}
	for _, result := range r.Results {
		for _, finding := range result.Findings {
			byRule[finding.Rule]++
		}
	}
	counts := make([]RuleCount, 0, len(byRule))
	for rule, n := range byRule {
		counts = append(counts, RuleCount{rule, n})
	}
	slices.SortFunc(counts, func(a, b RuleCount) int {
		return cmp.Or(cmp.Compare(b.Count, a.Count), cmp.Compare(a.Rule, b.Rule))
	})
	return counts
}

// Refused is true when any result is.
func (r Report) Refused() bool {
	for _, result := range r.Results {
		if result.Verdict == Refused {
			return true
		}
	}
	return false
}

// Counts of a report's results and findings.
type Counts struct {
	Accepted, Refused, Errors, Warnings int
}

// Counts what the report holds.
func (r Report) Counts() Counts {
	var c Counts
	for _, result := range r.Results {
		if result.Verdict == Accepted {
			c.Accepted++
		} else {
			c.Refused++
		}
		for _, finding := range result.Findings {
			if finding.Severity == flow.Error {
				c.Errors++
			} else {
				c.Warnings++
			}
		}
	}
	return c
}
