package doctor

import (
	"slices"
	"strings"
	"testing"
)

func TestFixesAReleaseOfKestraLacks(t *testing.T) {
	cases := map[string]string{
		"1.3.44":         "",
		"2.0.0":          "",
		"2.0.0-SNAPSHOT": "",
		"1.0.60":         "",
		"1.3.37":         "separators",
		"1.0.59":         "separators",
		"1.3.20":         "CVE-2026-49869 separators",
		"1.2.99":         "CVE-2026-34612 CVE-2026-49869 separators",
		"1.0.44":         "CVE-2026-49869 separators",
		"1.0.34":         "CVE-2026-34612 CVE-2026-49869 separators",
		"0.24.0":         "CVE-2026-34612 CVE-2026-49869 separators",
		"unknown":        "",
		"":               "",
	}
	for version, want := range cases {
		var got []string
		for _, known := range lacking(version) {
			words := strings.FieldsFunc(known.name, func(r rune) bool { return r == ' ' || r == ',' })
			name := words[0]
			if name == "unauthenticated" {
				name = words[len(words)-1]
			}
			got = append(got, name)
		}
		slices.Sort(got)
		if strings.Join(got, " ") != want {
			t.Errorf("%q lacks %q, want %q", version, got, want)
		}
	}
}
