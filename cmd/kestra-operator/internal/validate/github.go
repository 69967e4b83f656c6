package validate

import (
	"fmt"
	"io"
	"strings"
)

// What GitHub Actions reads as the end of a property or of a line in a workflow command.
var (
	githubMessage  = strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A")
	githubProperty = strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A", ":", "%3A", ",", "%2C")
)

// WriteGitHub prints findings as workflow commands of GitHub Actions, which shows them in the changed files.
func WriteGitHub(w io.Writer, report Report) error {
	for _, result := range report.Results {
		for _, finding := range result.Findings {
			place := ""
			if finding.Line > 0 {
				place = fmt.Sprintf(",line=%d,col=%d", finding.Line, finding.Column)
			}
			_, err := fmt.Fprintf(w, "::%s file=%s%s,title=%s::%s\n", finding.Severity,
				githubProperty.Replace(result.File), place, githubProperty.Replace(finding.Rule), githubMessage.Replace(text(finding)))
			if err != nil {
				return err
			}
		}
	}
	c := report.Counts()
	_, err := fmt.Fprintf(w, "%d accepted, %d refused\n", c.Accepted, c.Refused)
	return err
}
