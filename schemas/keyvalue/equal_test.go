package keyvalue

import (
	"encoding/json"
	"testing"
)

func TestEqual(t *testing.T) {
	cases := map[string]struct {
		typ, value       string
		gotType, gotJSON string
		want             bool
	}{
		"the same text":                              {"STRING", "Hello", "STRING", `"Hello"`, true},
		"other text":                                 {"STRING", "Hello", "STRING", `"hello"`, false},
		"text with a space more":                     {"STRING", "Hello ", "STRING", `"Hello"`, false},
		"an untyped value is text":                   {"", "42", "STRING", `"42"`, true},
		"text is not the number it looks like":       {"STRING", "42", "NUMBER", `42`, false},
		"text that the server takes for a duration":  {"STRING", "P1D", "DURATION", `"PT24H"`, true},
		"text is not another duration":               {"STRING", "P1D", "DURATION", `"PT25H"`, false},
		"text against null":                          {"STRING", "", "STRING", ``, false},
		"the same number":                            {"NUMBER", "1", "NUMBER", `1`, true},
		"the same number, written longer":            {"NUMBER", "1.50", "NUMBER", `1.5`, true},
		"the same number, as the server prints it":   {"NUMBER", "1e3", "NUMBER", `1000.0`, true},
		"a decimal cut to a double":                  {"NUMBER", "0.12345678901234567890", "NUMBER", `0.12345678901234568`, true},
		"whole numbers that differ beyond a double":  {"NUMBER", "123456789012345678901234567890", "NUMBER", `123456789012345678901234567891`, false},
		"a number against the same text":             {"NUMBER", "1", "STRING", `"1"`, false},
		"the same truth":                             {"BOOLEAN", "True", "BOOLEAN", `true`, true},
		"the other truth":                            {"BOOLEAN", "true", "BOOLEAN", `false`, false},
		"a truth against the same text":              {"BOOLEAN", "true", "STRING", `"true"`, false},
		"the same moment":                            {"DATETIME", "2022-05-01T03:02:01Z", "DATETIME", `"2022-05-01T03:02:01Z"`, true},
		"the same moment, with an offset":            {"DATETIME", "2022-05-01T03:02:01+02:00", "DATETIME", `"2022-05-01T01:02:01Z"`, true},
		"the same moment, kept with its offset":      {"DATETIME", "2022-05-01T03:02:01+02:00", "JSON", `"2022-05-01T03:02:01+02:00"`, true},
		"midnight, of which the server makes a day":  {"DATETIME", "2022-05-01T00:00:00Z", "DATE", `"2022-05-01"`, true},
		"midnight in UTC, written with an offset":    {"DATETIME", "2022-05-01T02:00:00+02:00", "DATE", `"2022-05-01"`, true},
		"midnight against another day":               {"DATETIME", "2022-05-01T00:00:00Z", "DATE", `"2022-05-02"`, false},
		"another time against its day":               {"DATETIME", "2022-05-01T00:00:01Z", "DATE", `"2022-05-01"`, false},
		"a moment cut to milliseconds":               {"DATETIME", "2022-05-01T03:02:01.123987Z", "DATETIME", `"2022-05-01T03:02:01.123Z"`, true},
		"another moment":                             {"DATETIME", "2022-05-01T03:02:01Z", "DATETIME", `"2022-05-01T03:02:02Z"`, false},
		"the same day":                               {"DATE", "2022-05-01", "DATE", `"2022-05-01"`, true},
		"a day against the same text":                {"DATE", "2022-05-01", "STRING", `"2022-05-01"`, false},
		"the same duration, normalised":              {"DURATION", "P3DT3H2M1S", "DURATION", `"PT75H2M1S"`, true},
		"a duration the server keeps as text":        {"DURATION", "PT1.50S", "STRING", `"PT1.5S"`, true},
		"another duration":                           {"DURATION", "PT5M", "DURATION", `"PT6M"`, false},
		"the same JSON in another order":             {"JSON", `{"a":1,"b":[2.0]}`, "JSON", `{"b":[2],"a":1}`, true},
		"JSON with a member more":                    {"JSON", `{"a":1}`, "JSON", `{"a":1,"b":null}`, false},
		"JSON with null against a missing member":    {"JSON", `{"a":null}`, "JSON", `{"b":null}`, false},
		"JSON with null that does not come back":     {"JSON", `{"a":{"b":null,"c":1}}`, "JSON", `{"a":{"c":1}}`, true},
		"JSON with null against a value":             {"JSON", `{"a":null}`, "JSON", `{"a":0}`, false},
		"JSON with a value that does not come back":  {"JSON", `{"a":1,"b":2}`, "JSON", `{"a":1}`, false},
		"a list in another order":                    {"JSON", `[1,2]`, "JSON", `[2,1]`, false},
		"a longer list":                              {"JSON", `[1]`, "JSON", `[1,1]`, false},
		"JSON text that the server calls text":       {"JSON", `"x"`, "STRING", `"x"`, true},
		"a JSON number that the server calls number": {"JSON", `1`, "NUMBER", `1`, true},
		"a JSON truth that the server calls boolean": {"JSON", `true`, "BOOLEAN", `true`, true},
		"JSON null, which the server calls text":     {"JSON", `null`, "STRING", ``, true},
		"a value that is not of its type":            {"NUMBER", "abc", "STRING", `"abc"`, false},
		"an unknown type":                            {"TEXT", "a", "STRING", `"a"`, false},
		"an answer that is not JSON":                 {"STRING", "a", "STRING", `a`, false},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			if got := Equal(tc.typ, tc.value, tc.gotType, json.RawMessage(tc.gotJSON)); got != tc.want {
				t.Errorf("Equal(%q, %q, %q, %s) = %t, want %t", tc.typ, tc.value, tc.gotType, tc.gotJSON, got, tc.want)
			}
		})
	}
}
