package flow

import "fmt"

// Severity tells whether a finding refuses a flow.
type Severity string

const (
	// Error refuses the flow: Kestra would, or a policy of this project does.
	Error Severity = "error"
	// Warning is shown and admits the flow.
	Warning Severity = "warning"
)

// Finding is one thing the judge has to say of a flow's source.
type Finding struct {
	Severity Severity `json:"severity"`
	// Rule is the stable id of the rule, such as "unknown-property". Ids that start with "policy-" refuse
	// what Kestra itself would take.
	Rule string `json:"rule"`
	// Path of the value within the flow, such as "tasks[0].message"; empty for the whole text.
	Path string `json:"path"`
	// Line and Column count from 1, from the first line of the source; 0 when the finding has no place.
	Line   int `json:"line"`
	Column int `json:"column"`
	// Message says what is wrong and what to do. It quotes at most a short piece of the source.
	Message string `json:"message"`
}

// String prints the finding in one line: "line 4, column 5: tasks[0].mesage: unknown property …".
func (f Finding) String() string {
	s := f.Message
	if f.Path != "" {
		s = f.Path + ": " + s
	}
	if f.Line > 0 {
		s = fmt.Sprintf("line %d, column %d: %s", f.Line, f.Column, s)
	}
	return s
}
