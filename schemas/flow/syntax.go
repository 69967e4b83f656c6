package flow

import (
	"regexp"
	"strconv"
	"strings"
)

var libraryLine = regexp.MustCompile(`^(?:yaml: )?(?:line (\d+): )?(.*)$`)

// syntaxFinding turns what the YAML library says into a finding.
func syntaxFinding(source []byte, err error) Finding {
	parts := libraryLine.FindStringSubmatch(strings.SplitN(err.Error(), "\n", 2)[0])
	line := 1
	if parts[1] != "" {
		line, _ = strconv.Atoi(parts[1])
	}
	return Finding{Severity: Error, Rule: "yaml-syntax", Line: line, Column: 1, Message: "this is not valid YAML: " + parts[2]}
}
