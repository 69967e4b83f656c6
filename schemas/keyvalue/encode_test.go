package keyvalue

import (
	"strings"
	"testing"
)

func TestEncode(t *testing.T) {
	cases := map[string]struct {
		typ, value string
		want       string
	}{
		"untyped is text":                           {"", "Hello", `"Hello"`},
		"a type in lower case":                      {"number", "1", `1`},
		"text is quoted, whatever it looks like":    {"STRING", "1.2.3", `"1.2.3"`},
		"text keeps its spaces and line breaks":     {"STRING", " a\nb\n", `" a\nb\n"`},
		"text keeps quotes and backslashes":         {"STRING", `a"b\c`, `"a\"b\\c"`},
		"text keeps letters beyond ASCII":           {"STRING", "héé 日本 😀", `"héé 日本 😀"`},
		"text is not escaped for HTML":              {"STRING", "<a&b>", `"<a&b>"`},
		"empty text":                                {"STRING", "", `""`},
		"a whole number":                            {"NUMBER", "42", `42`},
		"a number with a line break":                {"NUMBER", "42\n", `42`},
		"a number with every digit":                 {"NUMBER", "123456789012345678901234567890", `123456789012345678901234567890`},
		"a negative decimal":                        {"NUMBER", "-1.50", `-1.50`},
		"a number with an exponent":                 {"NUMBER", "1e3", `1e3`},
		"a truth":                                   {"BOOLEAN", "true", `true`},
		"a truth in YAML's other spelling":          {"BOOLEAN", "True", `true`},
		"a moment":                                  {"DATETIME", "2022-05-01T03:02:01Z", `2022-05-01T03:02:01Z`},
		"a moment with an offset goes out in UTC":   {"DATETIME", "2022-05-01T03:02:01+02:00", `2022-05-01T01:02:01Z`},
		"a moment with milliseconds":                {"DATETIME", "2022-05-01T03:02:01.120Z", `2022-05-01T03:02:01.12Z`},
		"a moment finer than the server keeps":      {"DATETIME", "2022-05-01T03:02:01.123987Z", `2022-05-01T03:02:01.123Z`},
		"a moment down to minutes":                  {"DATETIME", "2022-05-01T03:02Z", `2022-05-01T03:02:00Z`},
		"a day":                                     {"DATE", "2022-05-01", `2022-05-01`},
		"a duration in its normal form":             {"DURATION", "PT5M", `"PT5M"`},
		"a duration with days":                      {"DURATION", "P3DT3H2M1S", `"PT75H2M1S"`},
		"a duration in lower case":                  {"DURATION", "pt5m", `"PT5M"`},
		"a duration with a fraction":                {"DURATION", "PT1.50S", `"PT1.5S"`},
		"a negative duration":                       {"DURATION", "-PT1M30S", `"PT-1M-30S"`},
		"a duration of nothing":                     {"DURATION", "P0D", `"PT0S"`},
		"JSON, compacted, in the order of its text": {"JSON", "{\n \"b\": 1,\n \"a\": [true, null]\n}\n", `{"b":1,"a":[true,null]}`},
		"JSON text":                                 {"JSON", `"x"`, `"x"`},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			got, err := Encode(tc.typ, tc.value)
			if err != nil || string(got) != tc.want {
				t.Errorf("Encode(%q, %q) = %s, %v; want %s", tc.typ, tc.value, got, err, tc.want)
			}
		})
	}
}

func TestEncodeRefuses(t *testing.T) {
	cases := map[string]struct {
		typ, value string
		want       string
	}{
		"an unknown type":                    {"TEXT", "secret", "STRING, NUMBER"},
		"a word as a number":                 {"NUMBER", "secret", "not a NUMBER"},
		"an empty number":                    {"NUMBER", "", "not a NUMBER"},
		"a number with a leading zero":       {"NUMBER", "0777", "not a NUMBER"},
		"a hexadecimal number":               {"NUMBER", "0x10", "not a NUMBER"},
		"not a number":                       {"NUMBER", "NaN", "not a NUMBER"},
		"a number beyond doubles":            {"NUMBER", "1e999", "out of range"},
		"a number of a thousand digits":      {"NUMBER", strings.Repeat("9", maxNumberLength+1), "not a NUMBER"},
		"another word for a truth":           {"BOOLEAN", "yes", "true or false"},
		"a moment without a time zone":       {"DATETIME", "2022-05-01T03:02:01", "time zone"},
		"a moment that does not exist":       {"DATETIME", "2022-02-30T00:00:00Z", "no such moment"},
		"a moment before the first year":     {"DATETIME", "0001-01-01T00:00:00+02:00", "between 1 and 9999"},
		"a day as a moment":                  {"DATETIME", "2022-05-01", "not a DATETIME"},
		"a day that does not exist":          {"DATE", "2022-02-30", "not a DATE"},
		"a moment as a day":                  {"DATE", "2022-05-01T00:00:00Z", "not a DATE"},
		"a word as a duration":               {"DURATION", "soon", "ISO-8601"},
		"a duration in months":               {"DURATION", "P1M", "ISO-8601"},
		"a duration in weeks":                {"DURATION", "P1W", "ISO-8601"},
		"a duration of no parts":             {"DURATION", "P", "ISO-8601"},
		"a duration of no parts after the T": {"DURATION", "P1DT", "ISO-8601"},
		"a duration too long for the server": {"DURATION", "PT9223372036854775808S", "too long"},
		"broken JSON":                        {"JSON", `{"secret": `, "not JSON"},
		"JSON with a bad character":          {"JSON", `{secret}`, "byte 2"},
		"two JSON values":                    {"JSON", `{} {}`, "follows"},
		"no JSON":                            {"JSON", "", "not JSON"},
		"JSON with a number beyond doubles":  {"JSON", `{"a":[1e999]}`, "out of range"},
		"bytes that are not text":            {"STRING", "secret\xff", "UTF-8"},
		"text over the limit":                {"STRING", strings.Repeat("a", MaxValueBytes+1), "at most"},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			got, err := Encode(tc.typ, tc.value)
			if err == nil {
				t.Fatalf("Encode(%q, %q) = %s, want an error", tc.typ, tc.value, got)
			}
			if !strings.Contains(err.Error(), tc.want) {
				t.Errorf("the error is %q, want it to speak of %q", err, tc.want)
			}
			if strings.Contains(err.Error(), "secret") {
				t.Errorf("the error %q holds a piece of the value", err)
			}
		})
	}
}
