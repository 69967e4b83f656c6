package flow

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestExcerptPutsACaretUnderTheColumn(t *testing.T) {
	long := "description: " + strings.Repeat("x", 200) + "HERE" + strings.Repeat("y", 200)
	tests := map[string]struct {
		source       string
		line, column int
		want         string
	}{
		"first line":         {"id: a\nnamespace: b\n", 1, 5, "id: a\n    ^\n"},
		"last line":          {"id: a\nnamespace: b", 2, 12, "namespace: b\n           ^\n"},
		"CRLF":               {"id: a\r\nnamespace: b\r\n", 2, 1, "namespace: b\n^\n"},
		"byte order mark":    {"\uFEFFid: a\n", 1, 1, "id: a\n^\n"},
		"behind the line":    {"id: a\n", 1, 99, "id: a\n     ^\n"},
		"multi-byte":         {"é: é!\n", 1, 4, "é: é!\n   ^\n"},
		"tab":                {"\tid: a\n", 1, 2, " id: a\n ^\n"},
		"terminal control":   {"id: \x1b[31m\n", 1, 5, "id: ·[31m\n    ^\n"},
		"invalid UTF-8":      {"id: \xff\n", 1, 5, "id: ·\n    ^\n"},
		"no place":           {"id: a\n", 0, 0, ""},
		"behind the source":  {"id: a\n", 9, 1, ""},
		"a long line is cut": {long, 1, 214, "…" + strings.Repeat("x", 40) + "HERE" + strings.Repeat("y", 56) + "…\n" + strings.Repeat(" ", 41) + "^\n"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			got := Excerpt([]byte(test.source), Finding{Line: test.line, Column: test.column})
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("excerpt (-want +got):\n%s", diff)
			}
		})
	}
}
