package flow

import "gopkg.in/yaml.v3"

// checkValidator refuses a regular expression that certainly does not compile in Java. Go's own syntax is
// another one, so its compiler cannot tell.
func (j *judge) checkValidator(n *yaml.Node) {
	node := child(n, "validator")
	if node == nil || node.Kind != yaml.ScalarNode || isNull(node) {
		return
	}
	if problem := expressionProblem(node.Value); problem != "" {
		j.refuse(node, "pattern", "%s is not a regular expression: %s", describe(node), problem)
	}
}

// expressionProblem says why a regular expression does not compile: a group or class that is not closed, or
// something to repeat that is not there. It is "" when none of it is seen.
func expressionProblem(pattern string) string {
	groups, class := 0, false
	for i := 0; i < len(pattern); i++ {
		switch c := pattern[i]; {
		case c == '\\':
			if i++; i >= len(pattern) {
				return "it ends with a backslash"
			}
			switch pattern[i] {
			case 'Q', 'p', 'P', 'x', 'N', 'k':
				return "" // what follows is not looked at
			}
		case class:
			class = c != ']'
		case c == '[':
			class = true
			for i+1 < len(pattern) && (pattern[i+1] == '^' || pattern[i+1] == ']') {
				i++
			}
		case c == '{':
			if i == 0 || i+1 == len(pattern) || pattern[i+1] < '0' || pattern[i+1] > '9' {
				return "\"{\" must stand after something to repeat, with a number in it"
			}
		case (c == '*' || c == '+' || c == '?') && i == 0:
			return "there is nothing to repeat at its start"
		case c == '(':
			groups++
		case c == ')':
			if groups--; groups < 0 {
				return "a \")\" closes no group"
			}
		}
	}
	switch {
	case class:
		return "a \"[\" is not closed"
	case groups > 0:
		return "a \"(\" is not closed"
	}
	return ""
}
