package flow

import "regexp"

// kindOf tells how the server reads a plain field.
func kindOf(s *serverSchema) kind {
	switch s.Type {
	case "boolean":
		return kindBoolean
	case "integer":
		return kindInteger
	case "number":
		return kindNumber
	case "array":
		return kindList
	case "object":
		if len(s.Properties) > 0 {
			return kindObject
		}
		return kindMap
	case "string", "":
		if isEnum(s) {
			return kindEnum
		}
		if s.Type == "" {
			return kindAny
		}
	}
	switch s.Format {
	case "duration":
		return kindDuration
	case "date-time":
		return kindInstant
	case "date":
		return kindDate
	case "partial-time", "time":
		return kindTime
	}
	return kindText
}

// isEnum tells a Java enum from a text with suggested values: constants are identifiers.
func isEnum(s *serverSchema) bool {
	if s.Const != nil {
		return true
	}
	for _, v := range s.Enum {
		if text, ok := v.(string); !ok || !identifier.MatchString(text) {
			return false
		}
	}
	return len(s.Enum) > 0
}

var identifier = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_]*$`)
