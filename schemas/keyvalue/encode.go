package keyvalue

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"
)

// MaxValueBytes bounds a value: 1 MiB, what a Secret or ConfigMap can hold.
const MaxValueBytes = 1 << 20

// Encode returns the request body that makes a server store value under the type named by typ (empty for
// String). The server reads the body as one Ion value, which is why text is always quoted (it would be cut at
// its first space), and why moments are sent in UTC (one with an offset is read back as JSON).
//
// It fails when the value is not of the type or larger than MaxValueBytes. The error never holds the value.
func Encode(typ, value string) ([]byte, error) {
	t, err := ParseType(typ)
	if err != nil {
		return nil, err
	}
	if len(value) > MaxValueBytes {
		return nil, fmt.Errorf("the value has %d bytes; at most %d are allowed", len(value), MaxValueBytes)
	}
	if !utf8.ValidString(value) {
		return nil, errors.New("the value is not valid UTF-8 text")
	}
	// A trailing line break is what `|` in YAML and `echo` add; only text can mean it.
	trimmed := strings.TrimSpace(value)
	switch t {
	case Number:
		return encodeNumber(trimmed)
	case Boolean:
		return encodeBoolean(trimmed)
	case DateTime:
		return encodeDateTime(trimmed)
	case Date:
		return encodeDate(trimmed)
	case Duration:
		return encodeDuration(trimmed)
	case JSON:
		return encodeJSON(trimmed)
	default:
		return quote(value)
	}
}

func encodeNumber(value string) ([]byte, error) {
	if err := checkNumber(value); err != nil {
		return nil, err
	}
	return []byte(value), nil
}

func encodeBoolean(value string) ([]byte, error) {
	switch strings.ToLower(value) {
	case "true", "false":
		return []byte(strings.ToLower(value)), nil
	}
	return nil, errors.New("the value is not a BOOLEAN; write true or false")
}

func encodeDateTime(value string) ([]byte, error) {
	moment, err := parseDateTime(value)
	if err != nil {
		return nil, err
	}
	return []byte(formatDateTime(moment)), nil
}

func encodeDate(value string) ([]byte, error) {
	if err := checkDate(value); err != nil {
		return nil, err
	}
	return []byte(value), nil
}

// encodeDuration quotes the normal form: a bare fraction of a second would be cut at its point.
func encodeDuration(value string) ([]byte, error) {
	d, err := parseDuration(value)
	if err != nil {
		return nil, fmt.Errorf("the value is not a DURATION: %w", err)
	}
	return quote(d.String())
}

func encodeJSON(value string) ([]byte, error) {
	if _, err := decodeJSON([]byte(value)); err != nil {
		return nil, err
	}
	var compact bytes.Buffer
	if err := json.Compact(&compact, []byte(value)); err != nil {
		return nil, errors.New("the value is not JSON")
	}
	return compact.Bytes(), nil
}

// quote writes text as JSON without the escapes that are meant for HTML.
func quote(text string) ([]byte, error) {
	var quoted bytes.Buffer
	encoder := json.NewEncoder(&quoted)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(text); err != nil {
		return nil, errors.New("the value cannot be written as JSON text")
	}
	return bytes.TrimSuffix(quoted.Bytes(), []byte("\n")), nil
}
