package contract

import (
	"bytes"
	"encoding/json"
	"math/big"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"
)

// meaning is what of an answer must agree: the status stands apart.
type meaning struct {
	ContentType  string
	CacheControl string
	Challenge    string
	Body         any
}

var (
	// changing are fields whose values differ from run to run; that they are there must agree.
	changing = map[string]bool{
		"uuid": true, "updated": true, "creationDate": true, "updateDate": true, "expirationDate": true,
		"lastModifiedTime": true, "creationTime": true, "pluginsHash": true,
	}
	// unordered are lists whose order is an accident.
	unordered       = map[string]bool{"errors": true, "warnings": true, "infos": true}
	storageOnDisk   = regexp.MustCompile(`(?:<storage>|/\S*) \((Is|Not) a directory\)`)
	knownProperties = regexp.MustCompile(`known properties: [^)]*`)
)

func meaningOf(t *testing.T, header func(string) string, body []byte) meaning {
	t.Helper()
	contentType, _, _ := strings.Cut(header("content-type"), ";")
	m := meaning{
		ContentType:  contentType,
		CacheControl: header("cache-control"),
		Challenge:    header("www-authenticate"),
	}
	if contentType != "application/json" && contentType != "application/problem+json" {
		m.Body = asText(body)
		return m
	}
	var value any
	decoder := json.NewDecoder(bytes.NewReader(body))
	decoder.UseNumber()
	if err := decoder.Decode(&value); err != nil {
		m.Body = asText(body)
		return m
	}
	m.Body = normal("", value)
	return m
}

func asText(body []byte) any {
	if utf8.Valid(body) {
		return string(body)
	}
	return body
}

// normal is a JSON value with what varies taken out.
func normal(field string, value any) any {
	switch v := value.(type) {
	case map[string]any:
		for name, inner := range v {
			if changing[name] {
				v[name] = "<varies>"
				continue
			}
			v[name] = normal(name, inner)
		}
		return v
	case []any:
		for i := range v {
			v[i] = normal(field, v[i])
		}
		if unordered[field] {
			slices.SortFunc(v, func(a, b any) int { return strings.Compare(compact(a), compact(b)) })
		}
		return v
	case json.Number:
		if rational, ok := new(big.Rat).SetString(v.String()); ok {
			return rational.RatString()
		}
		return v
	case string:
		return normalText(field, v)
	default:
		return v
	}
}

func normalText(field, text string) string {
	text = storageOnDisk.ReplaceAllString(text, "<storage> ($1 a directory)")
	text = knownProperties.ReplaceAllStringFunc(text, func(list string) string {
		title, names, _ := strings.Cut(list, ": ")
		return title + ": " + sortedParts(names, ", ")
	})
	switch {
	case field == "constraints", field == "message" && strings.HasSuffix(text, "\n"):
		prefix, lines, found := strings.Cut(text, ": ")
		if found && strings.HasSuffix(lines, "\n") {
			return prefix + ": " + sortedParts(strings.TrimSuffix(lines, "\n"), "\n")
		}
	}
	return text
}

func sortedParts(text, separator string) string {
	parts := strings.Split(text, separator)
	slices.Sort(parts)
	return strings.Join(parts, separator)
}

func compact(value any) string {
	data, err := json.Marshal(value)
	if err != nil {
		return ""
	}
	return string(data)
}
