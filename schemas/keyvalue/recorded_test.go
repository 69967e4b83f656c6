package keyvalue

import (
	"bufio"
	"encoding/json"
	"net/http"
	"os"
	"path"
	"strings"
	"testing"

	"github.com/kestra-operator/kestra-operator/test/recordings"
)

// recordedValues are specs and the keys under which recorded servers were sent the same value.
var recordedValues = map[string]struct{ typ, value string }{
	"k-string":          {"STRING", "Hello"},
	"k-version-quoted":  {"STRING", "1.2.3"},
	"k-duration-quoted": {"STRING", "PT5M"},
	"k-empty-string":    {"STRING", ""},
	"k-escapes":         {"STRING", "a\"b\\c\nd"},
	"k-unicode":         {"STRING", "héé 日本 😀"},
	"k-date-quoted":     {"STRING", "2022-05-01"},
	"k-boolean-quoted":  {"STRING", "true"},
	"k-number-quoted":   {"STRING", "42"},
	"k-number":          {"NUMBER", "1"},
	"k-decimal":         {"NUMBER", "1.5"},
	"k-big":             {"NUMBER", "123456789012345678901234567890"},
	"k-exponent":        {"NUMBER", "1e3"},
	"k-boolean":         {"BOOLEAN", "true"},
	"k-datetime":        {"DATETIME", "2022-05-01T03:02:01Z"},
	"k-datetime-millis": {"DATETIME", "2022-05-01T03:02:01.123Z"},
	"k-datetime-offset": {"DATETIME", "2022-05-01T03:02:01+02:00"},
	"k-date":            {"DATE", "2022-05-01"},
	"k-duration":        {"DURATION", "P3DT3H2M1S"},
	"k-json":            {"JSON", `{"a":[1,"b",null],"c":{"d":true}}`},
	"k-array":           {"JSON", "[1,2]"},
	"k-null":            {"JSON", "null"},
}

func TestEqualToWhatServersReadBack(t *testing.T) {
	for _, version := range []string{"1.3.25", "2.0.0-SNAPSHOT"} {
		t.Run(version, func(t *testing.T) {
			sent, got := readRecording(t, version)
			for key, spec := range recordedValues {
				answer, found := got[key]
				if !found {
					t.Errorf("%s: the recording has no answer", key)
					continue
				}
				if !Equal(spec.typ, spec.value, answer.Type, answer.Value) {
					t.Errorf("%s: %q as %s differs from the server's %s %s", key, spec.value, spec.typ, answer.Type, answer.Value)
				}
				// A moment with an offset, and the normal form of a duration, are sent otherwise on purpose.
				body, err := Encode(spec.typ, spec.value)
				if err != nil || (string(body) != sent[key] && spec.typ != "DURATION" && key != "k-datetime-offset") {
					t.Errorf("%s: the body is %s, %v; the server was sent %s", key, body, err, sent[key])
				}
			}
		})
	}
}

type recordedAnswer struct {
	Type  string          `json:"type"`
	Value json.RawMessage `json:"value"`
}

// readRecording returns the bodies that were sent and the first answers that were read back, by key.
func readRecording(t *testing.T, version string) (sent map[string]string, got map[string]recordedAnswer) {
	t.Helper()
	file, err := os.Open(recordings.Path(t, "kestra", version, "exchanges.jsonl"))
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	sent, got = map[string]string{}, map[string]recordedAnswer{}
	lines := bufio.NewScanner(file)
	lines.Buffer(nil, 16<<20)
	for lines.Scan() {
		var exchange struct {
			Request  struct{ Method, Path, Body string }
			Response struct {
				Status int
				JSON   json.RawMessage
			}
		}
		if err := json.Unmarshal(lines.Bytes(), &exchange); err != nil {
			t.Fatal(err)
		}
		key := path.Base(exchange.Request.Path)
		if !strings.Contains(exchange.Request.Path, "/kv/k-") || exchange.Response.Status != 200 {
			continue
		}
		switch exchange.Request.Method {
		case http.MethodPut:
			if _, found := sent[key]; !found {
				sent[key] = exchange.Request.Body
			}
		case http.MethodGet:
			var answer recordedAnswer
			if err := json.Unmarshal(exchange.Response.JSON, &answer); err != nil {
				t.Fatal(err)
			}
			if _, found := got[key]; !found {
				got[key] = answer
			}
		}
	}
	if err := lines.Err(); err != nil {
		t.Fatal(err)
	}
	return sent, got
}
