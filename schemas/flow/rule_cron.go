package flow

import (
	"fmt"
	"strconv"
	"strings"

	"gopkg.in/yaml.v3"
)

// checkCron refuses a cron expression that is not one of Unix: five fields, or six with seconds before them.
func (j *judge) checkCron(n *yaml.Node) {
	node := child(n, "cron")
	if node == nil || node.Kind != yaml.ScalarNode || isNull(node) {
		return
	}
	seconds := child(n, "withSeconds")
	if problem := cronProblem(node.Value, seconds != nil && readsTrue(seconds), j.catalog.isSecond()); problem != "" {
		j.refuse(node, "cron", "%s is not a cron expression: %s", describe(node), problem)
	}
}

// cronField is a field of a cron expression.
type cronField struct {
	name     string
	min, max int
	names    []string // from min on
}

var cronFields = []cronField{
	{name: "second", min: 0, max: 59},
	{name: "minute", min: 0, max: 59},
	{name: "hour", min: 0, max: 23},
	{name: "day of the month", min: 1, max: 31},
	{name: "month", min: 1, max: 12, names: []string{"JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"}},
	{name: "day of the week", min: 0, max: 7, names: []string{"SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"}},
}

var cronNicknames = set("@yearly", "@annually", "@monthly", "@weekly", "@daily", "@midnight", "@hourly", "@reboot")

// cronProblem says what is wrong with a cron expression; "" when nothing is.
func cronProblem(expression string, withSeconds, withQuartz bool) string {
	fields := strings.Fields(expression)
	if len(fields) == 1 && cronNicknames[strings.ToLower(fields[0])] {
		return ""
	}
	if strings.Contains(expression, "|") {
		return "" // several expressions in one: not looked at
	}
	kinds := cronFields
	if !withSeconds {
		kinds = cronFields[1:]
	}
	if len(fields) != len(kinds) {
		return fmt.Sprintf("it has %d fields, not %d", len(fields), len(kinds))
	}
	for i, field := range fields {
		if withQuartz && strings.ContainsAny(field, "LW#?") {
			continue // Kestra 2 knows these signs of Quartz
		}
		if problem := kinds[i].problem(field); problem != "" {
			return problem
		}
	}
	return ""
}

func (f cronField) problem(text string) string {
	for _, part := range strings.Split(text, ",") {
		span, step, stepped := strings.Cut(part, "/")
		if stepped {
			if n, err := strconv.Atoi(step); err != nil || n < 1 || n > f.max {
				return fmt.Sprintf("the step %q of the %s is not a number from 1 to %d", cut(step), f.name, f.max)
			}
		}
		if span == "*" || span == "" && stepped {
			continue
		}
		from, to, ranged := strings.Cut(span, "-")
		first, ok := f.number(from)
		if !ok {
			return f.outside(from)
		}
		if !ranged {
			continue
		}
		last, ok := f.number(to)
		if !ok {
			return f.outside(to)
		}
		if last < first && f.names == nil {
			return fmt.Sprintf("the range %s of the %s runs backwards", cut(span), f.name)
		}
	}
	return ""
}

func (f cronField) outside(text string) string {
	return fmt.Sprintf("the %s %q is not from %d to %d", f.name, cut(text), f.min, f.max)
}

func (f cronField) number(text string) (int, bool) {
	for i, name := range f.names {
		if strings.EqualFold(text, name) {
			return f.min + i, true
		}
	}
	n, err := strconv.Atoi(text)
	return n, err == nil && n >= f.min && n <= f.max
}
