package kestra

import (
	"bytes"
	"context"
	"encoding/json"
	"net/http"
	"testing"

	"github.com/kestra-operator/kestra-operator/test/recordings"
)

// How every route of Kestra says that something is not there, and that it is not there any more.
const (
	notFound = `{"message":"Not Found","_links":{"self":{"href":"/api/v1","templated":false}},"_embedded":{}}`
	expired  = `{"message":"Resource has expired","_links":{"self":{"href":"/api/v1","templated":false}},"_embedded":{}}`
)

// absenceCalls are the calls that take absence for something other than an error: for a reason to create, or for a deletion
// that is done.
var absenceCalls = map[string]func(context.Context, *Client) error{
	"a look at a flow":          func(ctx context.Context, c *Client) error { _, err := c.Flow(ctx, hello); return err },
	"a look at a key-value":     func(ctx context.Context, c *Client) error { _, err := c.KeyValue(ctx, hello); return err },
	"a look at a file":          func(ctx context.Context, c *Client) error { _, err := c.StatFile(ctx, hello); return err },
	"a list of a directory":     func(ctx context.Context, c *Client) error { _, err := c.Directory(ctx, hello); return err },
	"a deletion of a flow":      func(ctx context.Context, c *Client) error { return c.DeleteFlow(ctx, hello) },
	"a deletion of a key-value": func(ctx context.Context, c *Client) error { return c.DeleteKeyValue(ctx, hello) },
	"a deletion of a file":      func(ctx context.Context, c *Client) error { return c.DeleteFile(ctx, hello) },
	"an upload of a file":       func(ctx context.Context, c *Client) error { return c.PutFile(ctx, hello, []byte("x")) },
}

// TestWhatAProxyDoesNotFindIsNoAbsence shows that what a proxy says, to which the server's route is unknown, does not count
// as the server's word: a deletion would be taken for done, and what is there for a reason to create it.
func TestWhatAProxyDoesNotFindIsNoAbsence(t *testing.T) {
	answers := map[string]struct {
		status            int
		contentType, body string
	}{
		"nothing":                     {http.StatusNotFound, "", ""},
		"a page":                      {http.StatusNotFound, "text/html", "<html><h1>404 Not Found</h1></html>"},
		"a text":                      {http.StatusNotFound, "text/plain; charset=utf-8", "default backend - 404"},
		"a message in JSON":           {http.StatusNotFound, "application/json", `{"message":"Not Found"}`},
		"an error in JSON":            {http.StatusNotFound, "application/json", `{"status":404,"error":"Not Found","path":"/"}`},
		"a Status of an API server":   {http.StatusNotFound, "application/json", `{"kind":"Status","status":"Failure","code":404}`},
		"another status as a problem": {http.StatusNotFound, "application/json", `{"title":"Bad Gateway","status":502}`},
		"JSON that is no object":      {http.StatusNotFound, "application/json", `null`},
		"nothing, for good":           {http.StatusGone, "", ""},
		"a page, for good":            {http.StatusGone, "text/html", "<html><h1>410 Gone</h1></html>"},
	}
	for answerName, answer := range answers {
		for callName, call := range absenceCalls {
			t.Run(answerName+" to "+callName, func(t *testing.T) {
				client := newTestClient(t, func(w http.ResponseWriter, _ *http.Request) {
					w.Header().Set("Content-Type", answer.contentType)
					w.WriteHeader(answer.status)
					_, _ = w.Write([]byte(answer.body))
				})
				err := call(t.Context(), client)
				if err == nil || IsNotFound(err) || IsGone(err) || IsTerminal(err) {
					t.Errorf("error = %v, not found: %t, gone: %t, terminal: %t; want a temporary one",
						err, IsNotFound(err), IsGone(err), IsTerminal(err))
				}
			})
		}
	}
}

func TestWhatKestraDoesNotFindIsAbsence(t *testing.T) {
	answers := map[string]struct{ contentType, body string }{
		"up to 1.x":                {"application/json", notFound},
		"from 2.0 on":              {"application/problem+json", `{"type":"/problems/not-found","detail":"Not Found"}`},
		"from 2.0 on, otherwise":   {"application/json", `{"title":"Not Found","status":404}`},
		"with a charset beside it": {"application/problem+json; charset=utf-8", `{"detail":"Not Found"}`},
	}
	for name, answer := range answers {
		t.Run(name, func(t *testing.T) {
			client := newTestClient(t, func(w http.ResponseWriter, _ *http.Request) {
				w.Header().Set("Content-Type", answer.contentType)
				w.WriteHeader(http.StatusNotFound)
				_, _ = w.Write([]byte(answer.body))
			})
			if _, err := client.Flow(t.Context(), hello); !IsNotFound(err) {
				t.Errorf("error = %v, want absence", err)
			}
		})
	}
}

func TestAnAnswerOfSomethingElseIsNoSight(t *testing.T) {
	for _, look := range []string{"a look at a flow", "a look at a key-value", "a look at a file"} {
		for _, body := range []string{`{"message":"Internal Server Error"}`, `{"id":"other","namespace":"company.team"}`, `null`, ``, `<html>`} {
			t.Run(look+": "+body, func(t *testing.T) {
				client := newTestClient(t, func(w http.ResponseWriter, _ *http.Request) { answer(w, http.StatusOK, body) })
				if err := absenceCalls[look](t.Context(), client); err == nil || IsNotFound(err) {
					t.Errorf("error = %v, want one that is not absence", err)
				}
			})
		}
	}
}

// TestEveryRecordedAbsenceIsKestras shows it of every route that real servers were asked for.
func TestEveryRecordedAbsenceIsKestras(t *testing.T) {
	for _, version := range []string{"1.3.25", "2.0.0-SNAPSHOT"} {
		t.Run(version, func(t *testing.T) {
			absences := 0
			lines := json.NewDecoder(bytes.NewReader(recordings.Read(t, "kestra", version, "exchanges.jsonl")))
			for lines.More() {
				var exchange struct {
					Step     string
					Response struct {
						Status  int
						Headers map[string]string
						JSON    json.RawMessage
					}
				}
				if err := lines.Decode(&exchange); err != nil {
					t.Fatal(err)
				}
				answer := exchange.Response
				if !isAbsence(answer.Status) {
					continue
				}
				absences++
				header := http.Header{"Content-Type": {answer.Headers["content-type"]}}
				if !isKestras(&http.Response{StatusCode: answer.Status, Header: header}, answer.JSON) {
					t.Errorf("%s: %d %s is not taken for Kestra's word", exchange.Step, answer.Status, answer.JSON)
				}
			}
			if absences < 20 {
				t.Errorf("%d absences are recorded, want 20 and more", absences)
			}
		})
	}
}
