package kestra

import (
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestAKeyValueIsWrittenAsPlainTextWithItsOptionsInHeaders(t *testing.T) {
	var got []string
	client := newTestClient(t, func(_ http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		got = []string{r.Method, r.URL.Path, r.Header.Get("Content-Type"), r.Header.Get("Ttl"),
			r.Header.Get("Description"), string(body)}
	})
	options := KeyValueOptions{TTL: "PT30M", Description: "two\nlines"}
	if err := client.PutKeyValue(t.Context(), hello, []byte(`"Hello"`), options); err != nil {
		t.Fatal(err)
	}
	want := []string{"PUT", "/api/v1/main/namespaces/company.team/kv/hello", "text/plain", "PT30M", "two lines", `"Hello"`}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("request (-want +got):\n%s", diff)
	}
}

func TestAnExpiredKeyValueIsGone(t *testing.T) {
	client := newTestClient(t, func(w http.ResponseWriter, _ *http.Request) { answer(w, 410, expired) })
	if _, err := client.KeyValue(t.Context(), hello); !IsGone(err) {
		t.Errorf("error = %v, want gone", err)
	}
	if err := client.DeleteKeyValue(t.Context(), hello); err != nil {
		t.Errorf("deletion of an expired key: %v", err)
	}
}

func TestTheErrorOfAWriteDoesNotQuoteWhatWasWritten(t *testing.T) {
	client := newTestClient(t, func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		answer(w, 422, `{"message":"cannot read S3cret"}`)
		_ = body
	})
	for name, err := range map[string]error{
		"key-value": client.PutKeyValue(t.Context(), hello, []byte(`"S3cret"`), KeyValueOptions{}),
		"file":      client.PutFile(t.Context(), hello, []byte("S3cret")),
	} {
		if err == nil || strings.Contains(err.Error(), "S3cret") || !IsTerminal(err) {
			t.Errorf("%s: error = %v, want a terminal one without the value", name, err)
		}
	}
}

func TestAValueThatIsNoJSONIsNotQuotedEither(t *testing.T) {
	client := newTestClient(t, func(w http.ResponseWriter, _ *http.Request) { answer(w, 200, `S3cret`) })
	err := client.once(t.Context(), call{method: http.MethodGet, what: "x", read: readJSON(&KeyValue{}, 100)})
	if err == nil || strings.Contains(err.Error(), "S") && strings.Contains(err.Error(), "S3cret") {
		t.Errorf("error = %v, want one without the value", err)
	}
}
