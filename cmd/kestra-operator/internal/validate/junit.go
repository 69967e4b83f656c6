package validate

import (
	"encoding/xml"
	"fmt"
	"io"
	"strings"

	"github.com/kestra-operator/kestra-operator/schemas/flow"
)

// The parts of JUnit's report that continuous integration servers read.
type (
	junitSuites struct {
		XMLName  xml.Name     `xml:"testsuites"`
		Tests    int          `xml:"tests,attr"`
		Failures int          `xml:"failures,attr"`
		Suites   []junitSuite `xml:"testsuite"`
	}
	junitSuite struct {
		Name     string      `xml:"name,attr"`
		Tests    int         `xml:"tests,attr"`
		Failures int         `xml:"failures,attr"`
		Cases    []junitCase `xml:"testcase"`
	}
	junitCase struct {
		Name    string        `xml:"name,attr"`
		Class   string        `xml:"classname,attr"`
		Failure *junitFailure `xml:"failure,omitempty"`
		Output  string        `xml:"system-out,omitempty"`
	}
	junitFailure struct {
		Message string `xml:"message,attr"`
		Text    string `xml:",chardata"`
	}
)

// WriteJUnit prints a JUnit report: a case for each flow or object, failed when it is refused.
func WriteJUnit(w io.Writer, report Report) error {
	c := report.Counts()
	suite := junitSuite{Name: "kestra-operator validate", Tests: len(report.Results), Failures: c.Refused}
	for _, result := range report.Results {
		suite.Cases = append(suite.Cases, newJUnitCase(result))
	}
	if _, err := io.WriteString(w, xml.Header); err != nil {
		return err
	}
	encoder := xml.NewEncoder(w)
	encoder.Indent("", "  ")
	if err := encoder.Encode(junitSuites{Tests: suite.Tests, Failures: suite.Failures, Suites: []junitSuite{suite}}); err != nil {
		return err
	}
	_, err := io.WriteString(w, "\n")
	return err
}

func newJUnitCase(result Result) junitCase {
	var lines []string
	errors := 0
	for _, finding := range result.Findings {
		lines = append(lines, fmt.Sprintf("%s: %s: %s [%s]", location(result, finding), finding.Severity, text(finding), finding.Rule))
		if finding.Severity == flow.Error {
			errors++
		}
	}
	c := junitCase{Name: fmt.Sprintf("document %d", result.Document), Class: result.File}
	if result.Verdict == Refused {
		c.Failure = &junitFailure{Message: count(errors, "error"), Text: strings.Join(lines, "\n")}
		if errors == 0 { // warnings refuse with --strict
			c.Failure.Message = count(len(lines), "warning")
		}
	} else {
		c.Output = strings.Join(lines, "\n")
	}
	return c
}
