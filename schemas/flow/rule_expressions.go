package flow

import (
	"regexp"
	"strings"

	"gopkg.in/yaml.v3"
)

// removedExpressions are functions and filters of expressions that the release of Kestra 2 does not have any more, by its
// documentation. Saving a flow does not look at them; running it fails.
var removedExpressions = []Change{
	{"expression", "json(…)", "fromJson(…)"},
	{"expression", "… | json", "… | toJson"},
	{"expression", "read(…, version=…)", "read(…, revision=…)"},
	{"expression", "fileURI(…, version=…)", "fileURI(…, revision=…)"},
}

// expressionParts find them in the text between the braces.
var expressionParts = []*regexp.Regexp{
	regexp.MustCompile(`(?:^|[^\w.])json\s*\(`),
	regexp.MustCompile(`\|\s*json\b`),
	regexp.MustCompile(`\bread\s*\([^)]*\bversion\s*=`),
	regexp.MustCompile(`\bfileURI\s*\([^)]*\bversion\s*=`),
}

// warnExpressions warns about them in every text of the flow.
func (j *judge) warnExpressions(n *yaml.Node) {
	if n.Kind != yaml.ScalarNode {
		for _, part := range n.Content {
			j.warnExpressions(part)
		}
		return
	}
	if !strings.Contains(n.Value, "json") && !strings.Contains(n.Value, "version") {
		return
	}
	for i, part := range expressionParts {
		if inExpression(n.Value, part) {
			change := removedExpressions[i]
			j.warn(n, "removed-expression", "use \"%s\": \"%s\" is gone in Kestra 2", change.Instead, change.Name)
		}
	}
}

// inExpression tells whether a text has a part between "{{" and "}}" or "{%" and "%}".
func inExpression(text string, part *regexp.Regexp) bool {
	for {
		at := strings.IndexByte(text, '{')
		if at < 0 || at+1 >= len(text) {
			return false
		}
		var closing string
		switch text = text[at+1:]; text[0] {
		case '{':
			closing = "}}"
		case '%':
			closing = "%}"
		default:
			continue
		}
		expression, rest, closed := strings.Cut(text[1:], closing)
		if part.MatchString(expression) {
			return true
		}
		if !closed {
			return false
		}
		text = rest
	}
}
