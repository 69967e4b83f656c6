package keyvalue

import (
	"encoding/json"
	"testing"
	"unicode/utf8"
)

func FuzzTextSurvivesTheWire(f *testing.F) {
	for _, seed := range []string{"", "Hello", "a\"b\\c\nd", "<&>", "\u2028\x00\x7f", "PT5M", "null"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		body, err := Encode("STRING", text)
		if err != nil {
			if utf8.ValidString(text) && len(text) <= MaxValueBytes {
				t.Errorf("%q is refused: %v", text, err)
			}
			return
		}
		if !Equal("STRING", text, "STRING", body) {
			t.Errorf("%q is sent as %s, which does not equal it", text, body)
		}
	})
}

func FuzzDurationsHaveOneNormalForm(f *testing.F) {
	for _, seed := range []string{"P3DT3H2M1S", "-PT1.5S", "PT-0.000000001S", "+P-1DT+24H", "PT0S", "pt1,5s", "PT9223372036854775807S"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		d, err := parseDuration(text)
		if err != nil {
			return
		}
		again, err := parseDuration(d.String())
		if err != nil || again.nanos.Cmp(d.nanos) != 0 || again.String() != d.String() {
			t.Errorf("%q becomes %s, which is %v, %v", text, d, again, err)
		}
		body, err := Encode("DURATION", text)
		if err != nil || !Equal("DURATION", text, "DURATION", json.RawMessage(body)) {
			t.Errorf("%q is sent as %s, %v, which does not equal it", text, body, err)
		}
	})
}

func FuzzJSONEqualsItself(f *testing.F) {
	for _, seed := range []string{`{"a":[1,2.50,"x",null,true]}`, `"PT5M"`, `1e3`, `null`, `[]`, `{"a":{"a":{}}}`} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		body, err := Encode("JSON", text)
		if err != nil {
			return
		}
		value, err := decodeJSON(body)
		if err != nil || !equalJSON(value, value) {
			t.Errorf("%q is sent as %s, %v, which does not equal itself", text, body, err)
		}
	})
}
