package kestra

import "regexp"

// The server finds flows by these two, so it checks them itself, whatever the judge says.
var (
	idPattern        = regexp.MustCompile(`^[a-zA-Z0-9][a-zA-Z0-9._-]*$`)
	namespacePattern = regexp.MustCompile(`^[a-z0-9][a-z0-9._-]*$`)
)

func identityProblems(source []byte) []Problem {
	doc, err := readDocument(source)
	if err != nil {
		return nil
	}
	var problems []Problem
	for _, part := range []struct {
		name    string
		pattern *regexp.Regexp
		shown   string
	}{
		{"id", idPattern, `"^[a-zA-Z0-9][a-zA-Z0-9._-]*"`},
		{"namespace", namespacePattern, `"^[a-z0-9][a-z0-9._-]*"`},
	} {
		value, present := doc.text(part.name)
		switch {
		case !present:
			problems = append(problems, Problem{Path: part.name, Message: "must not be null"})
		case !part.pattern.MatchString(value):
			problems = append(problems, Problem{Path: part.name, Message: "must match " + part.shown})
		}
	}
	return problems
}
