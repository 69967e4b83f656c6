package hostile

import (
	"bytes"
	"compress/gzip"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"unicode"

	"github.com/kestra-operator/kestra-operator/controllers/kestra"
	"github.com/kestra-operator/kestra-operator/schemas/flow"
	"github.com/kestra-operator/kestra-operator/test/process"
)

const definition = `{"$ref":"#/definitions/f","definitions":{"f":`

// schemas are bombs in what a server says that it can run.
func schemas() []bomb {
	twins := ""
	for i := range 60 {
		n := string(rune('A' + i))
		next := `{"$ref":"#/definitions/` + string(rune('A'+i+1)) + `"}`
		twins += `,"` + n + `":{"allOf":[` + next + `,` + next + `]}`
	}
	property := func(schema string) string {
		return definition + `{"type":"object","properties":{"id":{"type":"string"},"x":` + schema + `}}}}`
	}
	return []bomb{
		{"lists in lists", strings.Repeat("[", mebibyte), "refused"},
		{"objects in objects", strings.Repeat(`{"definitions":`, 100_000), "refused"},
		{"anyOf in anyOf", property(strings.Repeat(`{"anyOf":[`, 5_000) + `{}` + strings.Repeat(`]}`, 5_000)), ""},
		{"a definition of itself", definition + `{"$ref":"#/definitions/f"}}}`, "refused"},
		{"definitions that multiply", definition + `{"allOf":[{"$ref":"#/definitions/A"}]}` + twins + `}}`, "refused"},
		{"more definitions than anyone has", definition + `{}` + fill(`,"d%d":{}`, 2*mebibyte) + `}}`, "refused"},
		{"a wide definition", property(`{"type":"object","properties":{"a":{}` + fill(`,"p%d":{"type":"string"}`, mebibyte) + `}}`), "read"},
		{"a long enumeration", property(`{"enum":["a"` + fill(`,"e%d"`, mebibyte) + `]}`), "read"},
		{"a pattern that repeats repetitions", property(`{"type":"string","pattern":"` + strings.Repeat(`(a{1000}){1000}`, 100) + `"}`), "read"},
		{"a pattern that is large when compiled", property(`{"type":"string","pattern":"` + strings.Repeat(`a{1000}`, 10_000) + `"}`), "read"},
		{"brackets of a pattern", property(`{"type":"string","pattern":"` + strings.Repeat(`(`, mebibyte/4) + `"}`), "read"},
		{"long prose", property(`{"type":"string","description":"` + strings.Repeat("x", 8*mebibyte) + `"}`), "read"},
		{"numbers without an end", property(`{"type":"integer","minimum":` + strings.Repeat("9", mebibyte) + `}`), ""},
		{"a reference to a file", `{"$ref":"file:///etc/passwd","definitions":{}}`, "refused"},
		{"a reference to a server", `{"$ref":"http://127.0.0.1:1/","definitions":{"f":{"$ref":"http://127.0.0.1:1/"}}}`, "refused"},
	}
}

func TestNoSchemaCostsMoreThanItsSizeAllows(t *testing.T) {
	source := []byte(head + task)
	for _, b := range schemas() {
		t.Run(b.name, func(t *testing.T) {
			// A schema is read once for each change of a server's plugins. Most of what it costs is garbage at once.
			outcome := ""
			measure(t, "schema of a server", b, 64*mebibyte+512*uint64(len(b.text)), func(text string) string {
				catalog, err := flow.CatalogFromSchema(strings.NewReader(text), "9.9.9")
				if outcome = "read"; err != nil {
					outcome = "refused"
					return outcome
				}
				_ = catalog.Warm() // what does not compile judges nothing
				flow.Check(source, flow.Identity{}, catalog, flow.Options{})
				return outcome
			})
			if b.want != "" && outcome != b.want {
				t.Errorf("it was %s, want %s", outcome, b.want)
			}
		})
	}
}

func TestACatalogThatIsLargeWhenUncompressedIsRefused(t *testing.T) {
	var compressed bytes.Buffer
	w := gzip.NewWriter(&compressed)
	for range 1024 {
		if _, err := w.Write(make([]byte, mebibyte)); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	measure(t, "saved catalog", bomb{name: "1 GiB of nothing, compressed", text: compressed.String()}, 6*flow.MaxCatalogBytes, func(text string) string {
		if _, err := flow.LoadCatalog([]byte(text)); err == nil {
			t.Error("it was read")
		}
		return "refused"
	})
}

// answers are bombs in what a server answers.
func answers() []bomb {
	return []bomb{
		{"lists in lists", strings.Repeat("[", 2*mebibyte), ""},
		{"messages in messages", strings.Repeat(`{"message":`, 20_000), ""},
		{"a long message", `{"message":"` + strings.Repeat("x", 200<<10) + `"}`, ""},
		{"a message without an end", `{"message":"` + strings.Repeat("x", 64*mebibyte), ""},
		{"many messages", `{"errors":[{}` + fill(`,{"detail":"%d"}`, 200<<10) + `]}`, ""},
		{"many lines", `{"message":"` + strings.Repeat(`a\n`, 60_000) + `"}`, ""},
		{"control characters", `{"message":"` + strings.Repeat(`\u001b]0;x\u0007\u202e\u0000`, 1000) + `"}`, ""},
		{"no text", strings.Repeat("\xff\xfe\x00", 60_000), ""},
		{"a page", "<html>" + strings.Repeat("<div>", 40_000), ""},
	}
}

func TestNoAnswerCostsMoreThanItsBound(t *testing.T) {
	for _, status := range []int{http.StatusOK, http.StatusUnprocessableEntity} {
		for _, b := range answers() {
			t.Run(b.name+" "+http.StatusText(status), func(t *testing.T) {
				server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
					w.WriteHeader(status)
					_, _ = io.WriteString(w, b.text)
				}))
				t.Cleanup(server.Close)
				client, err := kestra.New(kestra.Config{URL: server.URL})
				if err != nil {
					t.Fatal(err)
				}
				t.Cleanup(client.Close)
				// The verdict on a flow is bounded by 16 MiB, and a buffer that doubles is allocated about four times.
				measure(t, "answer "+http.StatusText(status), b, 80*mebibyte, func(string) string {
					_, err := client.ValidateFlow(t.Context(), "main", []byte(head))
					var told *kestra.Error
					if !errors.As(err, &told) {
						t.Errorf("error %v, want one of the server's", err)
						return ""
					}
					expectPrintable(t, err.Error(), 12_000)
					return "an error"
				})
			})
		}
	}
}

func TestNoWordOfAServerCostsMoreThanItsSizeAllows(t *testing.T) {
	perByte := uint64(200)
	if process.Raced {
		// The race detector throws a part of every sync.Pool away, and regular expressions keep in one what they match with.
		perByte *= 16
	}
	for _, b := range []bomb{
		{"a chain without an end", "(through reference chain: " + strings.Repeat(`["a"]->`, 100_000), ""},
		{"a path without an end", strings.Repeat("tasks[0].", 100_000) + ": no", ""},
		{"prefixes", strings.Repeat("Validation error: ", 20_000), ""},
		{"lines", strings.Repeat("a: b\n", 100_000), ""},
		{"numbers", strings.Repeat("(at line 99999999999999999999)", 10_000), ""},
	} {
		t.Run(b.name, func(t *testing.T) {
			measure(t, "verdict of a server", b, 16*mebibyte+perByte*uint64(len(b.text)), func(text string) string {
				findings := flow.ServerFindings([]byte(head+task), []string{text})
				for _, finding := range findings {
					if len(finding.Message) > 1000 {
						t.Fatalf("a message of %d bytes", len(finding.Message))
					}
				}
				return "findings"
			})
		})
	}
}

// expectPrintable fails when a text could steer a terminal, or is too long.
func expectPrintable(t *testing.T, text string, limit int) {
	t.Helper()
	if len(text) > limit {
		t.Errorf("a text of %d bytes, want %d at most", len(text), limit)
	}
	for _, r := range text {
		if !unicode.IsPrint(r) {
			t.Fatalf("the text holds %U", r)
		}
	}
}
