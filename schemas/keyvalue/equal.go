package keyvalue

import (
	"encoding/json"
	"strings"
)

// Equal tells whether what a server read back (its type and value) is the value of a spec. It allows for what
// the server does to values on the way: durations are normalised, text that looks like a duration comes back
// as one, a moment comes back cut to milliseconds, with an offset as JSON and at midnight in UTC as a date, numbers
// come back as doubles, null as text without a value, and members of an object that are null do not come back. A value
// that is not of its type equals nothing.
func Equal(typ, value, gotType string, gotValue json.RawMessage) bool {
	t, err := ParseType(typ)
	if err != nil {
		return false
	}
	got, err := decodeGot(gotValue)
	if err != nil {
		return false
	}
	trimmed := strings.TrimSpace(value)
	switch t {
	case Number:
		return gotType == string(Number) && checkNumber(trimmed) == nil && equalJSON(json.Number(trimmed), got)
	case Boolean:
		want, err := encodeBoolean(trimmed)
		b, ok := got.(bool)
		return err == nil && ok && gotType == string(Boolean) && b == (string(want) == "true")
	case DateTime:
		return equalDateTime(trimmed, gotType, got)
	case Date:
		text, ok := got.(string)
		return ok && gotType == string(Date) && checkDate(trimmed) == nil && text == trimmed
	case Duration:
		return (gotType == string(Duration) || gotType == string(String)) && equalDuration(trimmed, got)
	case JSON:
		return equalJSONValue(trimmed, gotType, got)
	default:
		return equalString(value, gotType, got)
	}
}

// decodeGot reads the server's value; an absent one is null.
func decodeGot(raw json.RawMessage) (any, error) {
	if len(raw) == 0 {
		return nil, nil
	}
	return decodeJSON(raw)
}

func equalString(value, gotType string, got any) bool {
	text, ok := got.(string)
	switch {
	case !ok:
		return false
	case gotType == string(String):
		return text == value
	case gotType == string(Duration):
		return text == value || equalDuration(value, got)
	}
	return false
}

func equalDuration(value string, got any) bool {
	text, ok := got.(string)
	if !ok {
		return false
	}
	want, err := parseDuration(value)
	if err != nil {
		return false
	}
	have, err := parseDuration(text)
	return err == nil && want.nanos.Cmp(have.nanos) == 0
}

func equalDateTime(value, gotType string, got any) bool {
	text, ok := got.(string)
	want, err := parseDateTime(value)
	if !ok || err != nil {
		return false
	}
	switch Type(gotType) {
	case Date: // what the server makes of midnight
		return text+"T00:00:00Z" == formatDateTime(want)
	case DateTime, JSON:
	default:
		return false
	}
	have, err := parseDateTime(text)
	return err == nil && want.Equal(have)
}

// equalJSONValue compares by what the JSON is, since the server gives scalars the type they look like.
func equalJSONValue(value, gotType string, got any) bool {
	want, err := decodeJSON([]byte(value))
	if err != nil {
		return false
	}
	switch w := want.(type) {
	case nil:
		return got == nil && gotType == string(String)
	case string:
		return equalString(w, gotType, got)
	case json.Number:
		return gotType == string(Number) && equalJSON(w, got)
	case bool:
		return gotType == string(Boolean) && equalJSON(w, got)
	default:
		return gotType == string(JSON) && equalJSON(want, got)
	}
}
