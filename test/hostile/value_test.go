package hostile

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/kestra-operator/kestra-operator/schemas/keyvalue"
	"github.com/kestra-operator/kestra-operator/schemas/namespacefile"
)

// values are bombs in the value of a key-value, each with its type.
func values() map[string][]bomb {
	digits := strings.Repeat("9", mebibyte-room)
	return map[string][]bomb{
		"JSON": {
			{"lists in lists", strings.Repeat("[", mebibyte-room), "refused"},
			{"lists in lists, closed", strings.Repeat("[", 9000) + strings.Repeat("]", 9000), ""},
			{"a huge exponent", `{"a":1e999999999}`, "refused"},
			{"a number of a million digits", "[" + digits + "]", "refused"},
			{"a wide object", `{"a":1` + fill(`,"k%d":%d`, mebibyte-room) + `}`, accepted},
			{"escapes", `"` + strings.Repeat(`\ud800`, 100_000) + `"`, ""},
		},
		"NUMBER": {
			{"a number of a million digits", digits, "refused"},
			{"a huge exponent", "1e999999999", "refused"},
			{"a small exponent", "1e-999999999", ""},
		},
		"DURATION": {
			{"a duration of a million digits", "PT" + digits + "S", "refused"},
			{"the longest", "P106751991167300D", ""},
		},
		"DATETIME": {{"a year of a million digits", digits + "-01-01T00:00:00Z", "refused"}},
		"STRING": {
			{"a mebibyte", strings.Repeat("x", mebibyte), accepted},
			{"more than a mebibyte", strings.Repeat("x", mebibyte+1), "refused"},
			{"what must be escaped", strings.Repeat("\x00\u2028\"", 200_000), accepted},
		},
	}
}

func TestNoValueCostsMoreThanItsSizeAllows(t *testing.T) {
	for kind, bombs := range values() {
		for _, b := range bombs {
			t.Run(kind+" "+b.name, func(t *testing.T) {
				outcome := ""
				measure(t, "value "+kind, b, 4*mebibyte+100*uint64(len(b.text)), func(text string) string {
					body, err := keyvalue.Encode(kind, text)
					if outcome = accepted; err != nil {
						outcome = "refused"
						if len(err.Error()) > 300 {
							t.Errorf("an error of %d bytes", len(err.Error()))
						}
					}
					// A server may answer the same.
					keyvalue.Equal(kind, text, kind, json.RawMessage(text))
					if len(body) > 10*len(text)+100 {
						t.Errorf("%d bytes are sent for %d", len(body), len(text))
					}
					return outcome
				})
				if b.want != "" && outcome != b.want {
					t.Errorf("it was %s, want %s", outcome, b.want)
				}
			})
		}
	}
}

func TestNoPathCostsMoreThanItsSizeAllows(t *testing.T) {
	for _, b := range []bomb{
		{"a long path", strings.Repeat("a/", mebibyte/2) + "a", ""},
		{"percents of percents", "a" + strings.Repeat("%25", 300) + "2e", ""},
		{"slashes", strings.Repeat("/", 1000), ""},
		{"dots", strings.Repeat("../", 300) + "etc/passwd", ""},
		{"encoded dots", "a/%252e%252e/%2e%2e/b", ""},
		{"NUL", "a\x00.txt", ""},
		{"no text", "a\xff", ""},
	} {
		t.Run(b.name, func(t *testing.T) {
			measure(t, "path of a file", b, mebibyte, func(text string) string {
				err := namespacefile.CheckPath(text)
				if err == nil {
					t.Error("it was taken")
					return accepted
				}
				expectPrintable(t, err.Error(), 400)
				return "refused"
			})
		})
	}
}
