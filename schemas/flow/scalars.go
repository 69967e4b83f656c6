package flow

import (
	"math"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"gopkg.in/yaml.v3"
)

// scalar judges a single value after the server's own coercion.
func (j *judge) scalar(n *yaml.Node, v *value) {
	if n.Kind != yaml.ScalarNode {
		if n.Kind == yaml.SequenceNode && takesList(n, v.kind) {
			return
		}
		j.refuse(n, "wrong-kind", "%s is expected here, not %s", expected(v), describe(n))
		return
	}
	if emptyIsNull(v.kind) && isEmpty(n) {
		return
	}
	switch v.kind {
	case kindText:
		j.text(n, v)
	case kindEnum:
		j.enum(n, v)
	case kindInteger, kindNumber:
		j.number(n, v)
	default:
		if !coerces(n, v.kind) {
			j.refuse(n, "wrong-value", "%s is expected here, not %s", expected(v), describe(n))
		}
	}
}

// takesList tells whether the server reads a list as a date: an empty one as null, [2024, 1, 31] as the day.
func takesList(n *yaml.Node, k kind) bool {
	switch k {
	case kindDate:
		return len(n.Content) == 0 || len(n.Content) == 3
	case kindTime:
		return len(n.Content) >= 2 && len(n.Content) <= 4
	}
	return false
}

func coerces(n *yaml.Node, k kind) bool {
	switch k {
	case kindBoolean:
		return coercesToBoolean(n)
	case kindDuration:
		return n.Tag == "!!int" || n.Tag == "!!float" || isText(n) && (isDigits(n.Value) || isDuration(n.Value))
	case kindInstant:
		return n.Tag == "!!int" || n.Tag == "!!float" || isText(n) && (isDigits(n.Value) || isInstant(n.Value))
	case kindDate:
		return n.Tag == "!!int" || isText(n) && isDate(n.Value)
	case kindTime:
		return isText(n) && isTime(n.Value)
	}
	return true
}

func coercesToBoolean(n *yaml.Node) bool {
	switch n.Tag {
	case "!!bool", "!!int":
		return true
	case "!!float":
		return false
	}
	switch strings.TrimSpace(n.Value) {
	case "true", "True", "TRUE", "false", "False", "FALSE":
		return true
	}
	return false
}

func expected(v *value) string {
	switch v.kind {
	case kindText:
		return "text"
	case kindBoolean:
		return "true or false"
	case kindInteger:
		return "a whole number"
	case kindNumber:
		return "a number"
	case kindEnum:
		return "one of " + list(v.enum)
	case kindDuration:
		return "a duration such as PT15M or P1D"
	case kindInstant:
		return "a date and time with an offset, such as 2024-01-31T12:00:00Z,"
	case kindDate:
		return "a date such as 2024-01-31"
	case kindTime:
		return "a time of day such as 12:00:00"
	}
	return "another value"
}

// list joins at most a dozen names.
func list(names []string) string {
	const most = 12
	if len(names) > most {
		return strings.Join(names[:most], ", ") + ", …"
	}
	return strings.Join(names, ", ")
}

func (j *judge) text(n *yaml.Node, v *value) {
	if j.unvalidated > 0 {
		return
	}
	size := utf8.RuneCountInString(n.Value)
	switch {
	case v.minLength > 0 && strings.TrimSpace(n.Value) == "":
		j.refuse(n, "too-short", "a text is expected here, not an empty one")
	case size < v.minLength:
		j.refuse(n, "too-short", "the text must have at least %d characters", v.minLength)
	case v.maxLength > 0 && size > v.maxLength:
		j.refuse(n, "too-long", "the text must have at most %d characters, it has %d", v.maxLength, size)
	case v.pattern != nil && !v.pattern.MatchString(n.Value):
		j.refuse(n, "pattern", "%s does not match %s; use the characters that it allows", describe(n), strings.TrimSuffix(strings.TrimPrefix(v.pattern.String(), "^(?:"), ")$"))
	}
}

func (j *judge) enum(n *yaml.Node, v *value) {
	text := n.Value
	if n.Tag != "!!float" && n.Tag != "!!bool" {
		for _, name := range v.enum {
			if name == text {
				j.warnRemovedValue(n, v)
				return
			}
		}
		// The server also takes the index of a constant.
		if i, err := strconv.Atoi(strings.TrimSpace(text)); err == nil && i >= 0 && i < len(v.enum) {
			return
		}
	}
	if change, gone := removedValue(text, v); gone && j.catalog.isSecond() {
		j.refuse(n, "removed-type", "%s is gone in Kestra 2; use %s", describe(n), change.Instead)
		return
	}
	j.refuse(n, "wrong-value", "%s is not one of %s%s", describe(n), list(v.enum), j.hint(text, v.enum, ""))
}

// warnRemovedValue warns about a value that Kestra 2 does not take any more.
func (j *judge) warnRemovedValue(n *yaml.Node, v *value) {
	if change, gone := removedValue(n.Value, v); gone && !j.catalog.isSecond() {
		j.warn(n, "deprecated-type", "use %s there: %s is gone in Kestra 2", change.Instead, n.Value)
	}
}

// removedValue returns what became of a type of values, where the types of inputs, elements and outputs are listed.
func removedValue(name string, v *value) (Change, bool) {
	if !slices.Contains(v.enum, "BOOL") || !slices.Contains(v.enum, "SELECT") {
		return Change{}, false
	}
	return removedByName.typ(name)
}

func (j *judge) number(n *yaml.Node, v *value) {
	x, ok := number(n, v.kind)
	switch {
	case !ok:
		j.refuse(n, "wrong-value", "%s is expected here, not %s", expected(v), describe(n))
	case j.unvalidated > 0:
	case v.minimum != nil && x < *v.minimum:
		j.refuse(n, "out-of-bounds", "%s is too small; the least is %s", cut(n.Value), decimal(*v.minimum))
	case v.exclusiveMinimum != nil && x <= *v.exclusiveMinimum:
		j.refuse(n, "out-of-bounds", "%s is too small; it must be more than %s", cut(n.Value), decimal(*v.exclusiveMinimum))
	case v.maximum != nil && x > *v.maximum:
		j.refuse(n, "out-of-bounds", "%s is too large; the most is %s", cut(n.Value), decimal(*v.maximum))
	}
}

func decimal(x float64) string { return strconv.FormatFloat(x, 'f', -1, 64) }

// number reads a number as the server does: fractions of an integer are cut off when it is written as a
// number, and refused when it is written as text.
func number(n *yaml.Node, k kind) (float64, bool) {
	digits := strings.ReplaceAll(strings.TrimSpace(n.Value), "_", "")
	switch {
	case n.Tag == "!!bool":
		return 0, false
	case n.Tag == "!!int":
		if i, err := strconv.ParseInt(digits, 0, 64); err == nil {
			return float64(i), true
		}
		x, err := strconv.ParseFloat(digits, 64)
		return x, err == nil
	case n.Tag == "!!float" || k == kindNumber:
		x, err := strconv.ParseFloat(digits, 64)
		if err == nil && k == kindInteger {
			x = math.Trunc(x)
		}
		return x, err == nil
	}
	i, err := strconv.ParseInt(digits, 10, 64)
	return float64(i), err == nil
}
