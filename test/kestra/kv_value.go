package kestra

import (
	"encoding/json"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// ValueType is what the server says a stored value is. It is read off the value, not remembered.
type ValueType string

// The types of key-values.
const (
	StringValue   ValueType = "STRING"
	NumberValue   ValueType = "NUMBER"
	BooleanValue  ValueType = "BOOLEAN"
	DateTimeValue ValueType = "DATETIME"
	DateValue     ValueType = "DATE"
	DurationValue ValueType = "DURATION"
	JSONValue     ValueType = "JSON"
)

var (
	numberToken   = regexp.MustCompile(`^-?(0|[1-9][0-9]*)(\.[0-9]*)?([eE][-+]?[0-9]+)?$`)
	dateToken     = regexp.MustCompile(`^[0-9]{4}-[0-9]{2}-[0-9]{2}T?$`)
	dateTimeToken = regexp.MustCompile(`^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:.]+(Z|[-+][0-9]{2}:[0-9]{2})$`)
	symbolPrefix  = regexp.MustCompile(`^[A-Za-z_$][A-Za-z0-9_$]*`)
	// wholeDuration is what the server takes for a duration when it reads a text back: no fractions, no signs.
	wholeDuration = regexp.MustCompile(`^P(\d*D)?(T(\d*H)?(\d*M)?(\d*S)?)?$`)
)

// readValue reads the body of a PUT as the server does: the first Ion value of the text, and the whole text
// where it is no Ion. The value is nil, bool, string, json.Number, or what JSON decodes to.
func readValue(body string) (ValueType, any) {
	text := strings.TrimSpace(body)
	if strings.HasPrefix(text, `"`) || strings.HasPrefix(text, "{") || strings.HasPrefix(text, "[") {
		decoder := json.NewDecoder(strings.NewReader(text))
		decoder.UseNumber()
		var value any
		if err := decoder.Decode(&value); err != nil {
			return StringValue, body
		}
		if s, ok := value.(string); ok {
			return textValue(s)
		}
		return JSONValue, value
	}
	token, _, _ := strings.Cut(strings.NewReplacer("\n", " ", "\t", " ", "\r", " ").Replace(text), " ")
	switch {
	case token == "null":
		return StringValue, nil
	case token == "true", token == "false":
		return BooleanValue, token == "true"
	case numberToken.MatchString(token):
		return NumberValue, number(token)
	case dateToken.MatchString(token):
		return DateValue, strings.TrimSuffix(token, "T")
	case dateTimeToken.MatchString(token):
		return timestamp(token, body)
	}
	if symbol := symbolPrefix.FindString(token); symbol != "" {
		return textValue(symbol)
	}
	return StringValue, body
}

// textValue is a text as it reads back: one that looks like a duration is one, normalised.
func textValue(text string) (ValueType, any) {
	if wholeDuration.MatchString(text) {
		if d, err := parseDuration(text); err == nil {
			return DurationValue, formatDuration(d)
		}
	}
	return StringValue, text
}

// number keeps integers of any size; with an exponent it is a floating-point number.
func number(token string) json.Number {
	if !strings.ContainsAny(token, "eE") {
		return json.Number(strings.TrimSuffix(token, "."))
	}
	f, err := strconv.ParseFloat(token, 64)
	if err != nil {
		return json.Number("0")
	}
	text := strconv.FormatFloat(f, 'f', -1, 64)
	if !strings.Contains(text, ".") {
		text += ".0"
	}
	return json.Number(text)
}

// timestamp with an offset other than Z is not an instant to the server, but JSON, and midnight is a day. Milliseconds
// are kept.
func timestamp(token, body string) (ValueType, any) {
	for _, layout := range []string{time.RFC3339Nano, "2006-01-02T15:04Z07:00"} {
		t, err := time.Parse(layout, token)
		if err != nil {
			continue
		}
		t = t.Truncate(time.Millisecond)
		if strings.HasSuffix(token, "Z") {
			if t.Equal(t.Truncate(24 * time.Hour)) {
				return DateValue, t.Format(time.DateOnly)
			}
			return DateTimeValue, t.Format(time.RFC3339Nano)
		}
		return JSONValue, t.Format(time.RFC3339Nano)
	}
	return StringValue, body
}

// withoutNulls is a value as the server prints it: without the members of objects that are null.
func withoutNulls(value any) any {
	switch v := value.(type) {
	case []any:
		printed := make([]any, len(v))
		for i, element := range v {
			printed[i] = withoutNulls(element)
		}
		return printed
	case map[string]any:
		printed := map[string]any{}
		for name, member := range v {
			if member != nil {
				printed[name] = withoutNulls(member)
			}
		}
		return printed
	}
	return value
}
