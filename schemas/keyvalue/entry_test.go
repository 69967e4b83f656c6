package keyvalue

import (
	"strings"
	"testing"
	"time"
)

func TestCheckKey(t *testing.T) {
	for _, key := range []string{"a", "A9._-", "9", strings.Repeat("k", MaxKeyLength)} {
		if err := CheckKey(key); err != nil {
			t.Errorf("CheckKey(%q) = %v, want no error", key, err)
		}
	}
	for _, key := range []string{"", "a b", "a/b", "_a", ".a", "é", "a\n", strings.Repeat("k", MaxKeyLength+1)} {
		if err := CheckKey(key); err == nil {
			t.Errorf("CheckKey(%q) accepts it", key)
		}
	}
}

func TestParseTTL(t *testing.T) {
	cases := map[string]time.Duration{
		"PT30M": 30 * time.Minute, "P1DT1H": 25 * time.Hour, "pt2s": 2 * time.Second,
		"PT1.5S": 1500 * time.Millisecond, "PT1,5S": 1500 * time.Millisecond, "+PT1H": time.Hour, "PT2H-30M": 90 * time.Minute,
	}
	for ttl, want := range cases {
		if got, err := ParseTTL(ttl); err != nil || got != want {
			t.Errorf("ParseTTL(%q) = %v, %v; want %v", ttl, got, err, want)
		}
	}
}

func TestCheckTTL(t *testing.T) {
	if err := CheckTTL(""); err != nil {
		t.Errorf("no time to live: %v", err)
	}
	for _, ttl := range []string{"soon", "30m", "P1M", "P1W", "PT", "PT0S", "-PT1S", "P36501D", "PT1H ", strings.Repeat("9", 200)} {
		if err := CheckTTL(ttl); err == nil {
			t.Errorf("CheckTTL(%q) accepts it", ttl)
		}
	}
}

func TestCheckDescription(t *testing.T) {
	for _, description := range []string{"", "a note", "über"} {
		if err := CheckDescription(description); err != nil {
			t.Errorf("CheckDescription(%q) = %v, want no error", description, err)
		}
	}
	for _, description := range []string{"a\r\nttl: PT1S", "a\x00b", "a\xff", strings.Repeat("a", MaxDescriptionBytes+1)} {
		if err := CheckDescription(description); err == nil {
			t.Errorf("CheckDescription(%q) accepts it", description)
		}
	}
}

func TestReadsBack(t *testing.T) {
	cases := map[string]struct {
		typ, value string
		want       bool
	}{
		"plain text":                       {"STRING", "Hello", true},
		"a duration as text":               {"STRING", "PT5M", true},
		"a letter alone":                   {"STRING", "P", true},
		"letters that are no duration's":   {"", "PT", true},
		"a duration without its digits":    {"", "PTS", false},
		"days without their digits":        {"STRING", "PD", false},
		"more hours than a duration holds": {"STRING", "PT9223372036854775807H", false},
		"the same of another type":         {"JSON", "PTS", true},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			if got := ReadsBack(tc.typ, tc.value); got != tc.want {
				t.Errorf("ReadsBack(%q, %q) = %t, want %t", tc.typ, tc.value, got, tc.want)
			}
		})
	}
}

func TestAFormattedTTLIsReadAsItself(t *testing.T) {
	for want, ttl := range map[string]time.Duration{"PT1S": time.Second, "PT1H": time.Hour, "PT50H1M2.5S": 50*time.Hour + 62500*time.Millisecond} {
		if got := FormatTTL(ttl); got != want {
			t.Errorf("FormatTTL(%v) = %q, want %q", ttl, got, want)
		}
		if got, err := ParseTTL(want); err != nil || got != ttl {
			t.Errorf("ParseTTL(%q) = %v, %v", want, got, err)
		}
	}
}
