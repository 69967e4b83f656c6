package keyvalue

import (
	"fmt"
	"slices"
	"strings"
)

// Type of a value, by the name the server gives it.
type Type string

// The types of a value.
const (
	String   Type = "STRING"
	Number   Type = "NUMBER"
	Boolean  Type = "BOOLEAN"
	DateTime Type = "DATETIME"
	Date     Type = "DATE"
	Duration Type = "DURATION"
	JSON     Type = "JSON"
)

// Types lists every type, the default first.
func Types() []Type { return []Type{String, Number, Boolean, DateTime, Date, Duration, JSON} }

// ParseType reads the name of a type in any case; an empty name is String, so that an untyped value is text.
func ParseType(name string) (Type, error) {
	if name == "" {
		return String, nil
	}
	t := Type(strings.ToUpper(name))
	if !slices.Contains(Types(), t) {
		return "", fmt.Errorf("unknown type; use one of %s", typeNames())
	}
	return t, nil
}

func typeNames() string {
	names := make([]string, 0, len(Types()))
	for _, t := range Types() {
		names = append(names, string(t))
	}
	return strings.Join(names, ", ")
}
