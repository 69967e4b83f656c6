package observability

import (
	"encoding/json"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
)

const (
	logsPage   = "../../docs/reference/logs.md"
	eventsPage = "../../docs/reference/events.md"
)

// listed returns what the first column of a page's tables names.
func listed(t *testing.T, page string) []string {
	t.Helper()
	text, err := os.ReadFile(page)
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, match := range regexp.MustCompile("(?m)^\\| `([^`]+)`").FindAllStringSubmatch(string(text), -1) {
		names = append(names, match[1])
	}
	if len(names) == 0 {
		t.Fatalf("%s lists nothing", page)
	}
	return names
}

func (w *world) logLinesHaveDocumentedKeys(t *testing.T) {
	documented := listed(t, logsPage)
	text, err := w.operator.Text()
	if err != nil {
		t.Fatal(err)
	}
	lines := 0
	for line := range strings.Lines(text) {
		lines++
		var fields map[string]any
		if err := json.Unmarshal([]byte(line), &fields); err != nil {
			t.Errorf("not a line of JSON: %s", line)
			continue
		}
		for _, key := range []string{"level", "ts", "msg"} {
			if _, there := fields[key]; !there {
				t.Errorf("without %q: %s", key, line)
			}
		}
		for key := range fields {
			if !slices.Contains(documented, key) {
				t.Errorf("the key %q is not on %s: %s", key, logsPage, line)
			}
		}
	}
	if lines < 20 {
		t.Errorf("only %d lines were logged", lines)
	}
	for _, secret := range []string{secretValue, w.kestra.Credentials().Password} {
		if strings.Contains(text, secret) {
			t.Errorf("%q was logged", secret)
		}
	}
}

func (w *world) eventsHaveDocumentedReasons(t *testing.T) {
	documented := listed(t, eventsPage)
	page, err := os.ReadFile(eventsPage)
	if err != nil {
		t.Fatal(err)
	}
	seen := strings.Fields(w.kubectl("get", "events.events.k8s.io", "-n", "default", "-o",
		`jsonpath={range .items[?(@.reportingController=="kestra-operator")]}{.reason}/{.type}{"\n"}{end}`))
	slices.Sort(seen)
	seen = slices.Compact(seen)
	for _, want := range []string{"Succeeded/Normal", "Drifted/Warning", "KestraUnavailable/Warning"} {
		if !slices.Contains(seen, want) {
			t.Errorf("no event %s, only %q", want, seen)
		}
	}
	for _, event := range seen {
		reason, kind, _ := strings.Cut(event, "/")
		if !slices.Contains(documented, reason) || !strings.Contains(string(page), "| `"+reason+"` | "+kind+" |") {
			t.Errorf("an event %s of type %s is not on %s", reason, kind, eventsPage)
		}
	}
}
