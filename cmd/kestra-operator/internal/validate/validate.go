package validate

import "io"

// Run judges everything that the arguments name.
func Run(arguments []string, stdin io.Reader, judge Judge) Report {
	inputs, unreadable := readInputs(arguments, stdin)
	report := Report{Results: []Result{}, Unreadable: unreadable}
	for _, in := range inputs {
		results, skipped := judge.file(in)
		report.Results = append(report.Results, results...)
		report.Skipped += skipped
	}
	warnShared(report.Results)
	return report
}
