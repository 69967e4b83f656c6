package kestra

import (
	"bytes"
	"io"
	"net/http"
	"testing"
	"unicode"
	"unicode/utf8"
)

// FuzzErrorAnswer shows that no answer that is an error can crash the client, steer a terminal, or say much.
func FuzzErrorAnswer(f *testing.F) {
	f.Add(400, "", []byte(`{"message":"Invalid entity: flow.id","_embedded":{"errors":[{"message":"no","path":"flow.id"}]}}`))
	f.Add(429, "120", []byte(`{"title":"Unprocessable","errors":[{"detail":"a\u001b[31mb","pointer":"/tasks/0"},null]}`))
	f.Add(503, "Tue, 24 Nov 2026 10:00:00 GMT", []byte("<html>\x1b]0;title\x07</html>"))
	f.Add(302, "-1", []byte(`{"message":{"a":[1,2]},"errors":{}}`))
	f.Fuzz(func(t *testing.T, status int, retryAfter string, body []byte) {
		response := &http.Response{
			StatusCode: status, Header: http.Header{"Retry-After": {retryAfter}}, Body: io.NopCloser(bytes.NewReader(body)),
		}
		err := answeredError(call{method: http.MethodPut, what: "flow"}, response)
		text := err.Error()
		if limit := maxMessages*(maxMessageLength+2) + 300; len(text) > limit {
			t.Errorf("an error of %d bytes, want %d at most", len(text), limit)
		}
		if !utf8.ValidString(text) {
			t.Errorf("an error that is no text: %q", text)
		}
		for _, r := range text {
			if !unicode.IsPrint(r) {
				t.Fatalf("the error holds %U: %q", r, text)
			}
		}
		if wait := RetryAfter(err); wait < 0 || wait > maxRetryAfter {
			t.Errorf("asks to wait %s", wait)
		}
	})
}

// FuzzListPage shows that no page of a list can crash the client or hold more entries than were asked for.
func FuzzListPage(f *testing.F) {
	f.Add([]byte(`{"results":[{"id":"a","namespace":"b","revision":3,"tasks":[{}]}],"total":1}`))
	f.Add([]byte(`{"total":"many","results":null}`))
	f.Add([]byte(`{"results":[[],{}],"total":-1}{`))
	f.Fuzz(func(t *testing.T, body []byte) {
		entries, _, err := decodePage[FlowSummary](bytes.NewReader(body))
		if err == nil && len(entries) > pageSize {
			t.Errorf("%d entries in one page", len(entries))
		}
	})
}

// FuzzKeyValueAnswer shows that no answer to a look at a key-value can crash the client.
func FuzzKeyValueAnswer(f *testing.F) {
	f.Add([]byte(`{"type":"STRING","value":"a","revision":1}`))
	f.Add([]byte(`{"type":1,"value":`))
	f.Fuzz(func(t *testing.T, body []byte) {
		response := &http.Response{StatusCode: http.StatusOK, Header: http.Header{}, Body: io.NopCloser(bytes.NewReader(body))}
		if err := readJSON(&KeyValue{}, maxResponseBody)(response); err != nil && len(err.Error()) > 300 {
			t.Errorf("an error of %d bytes", len(err.Error()))
		}
	})
}
