package kestra

import (
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestMessagesOfBothErrorFormats(t *testing.T) {
	cases := map[string]struct {
		body string
		want []string
	}{
		"up to 1.x, single errors": {
			`{"message":"Invalid entity: flow.id: Flow id already exists","_links":{},"_embedded":{"errors":[{"message":"Flow id already exists","path":"flow.id"}]}}`,
			[]string{"flow.id: Flow id already exists"},
		},
		"up to 1.x, summary only": {
			`{"message":"Bad Request: Tenant must be 'main' for OSS version","_embedded":{}}`,
			[]string{"Bad Request: Tenant must be 'main' for OSS version"},
		},
		"from 2.0, detail": {
			`{"type":"about:blank","title":"Conflict","status":409,"detail":"Flow exists"}`,
			[]string{"Flow exists"},
		},
		"from 2.0, single errors": {
			`{"title":"Unprocessable","errors":[{"detail":"must not be null","pointer":"/tasks/0/message"},{"detail":"no"}]}`,
			[]string{"/tasks/0/message: must not be null", "no"},
		},
		"several lines are several messages": {`{"message":"id: bad\nnamespace: bad\n"}`, []string{"id: bad", "namespace: bad"}},
		"a terminal cannot be steered":       {`{"message":"a\u001b[31mred\u202eb"}`, []string{`a\x1b[31mred\u202eb`}},
		"an HTML page":                       {`<html>Sign in</html>`, nil},
		"an empty body":                      {``, nil},
		"another type than expected":         {`{"message":{"a":1}}`, nil},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(tc.want, parseMessages([]byte(tc.body))); diff != "" {
				t.Errorf("messages (-want +got):\n%s", diff)
			}
		})
	}
}

func TestMessagesAreBounded(t *testing.T) {
	long := strings.Repeat("é", maxMessageLength)
	messages := parseMessages([]byte(`{"message":"` + strings.Repeat(long+`\n`, 3*maxMessages) + `"}`))
	if len(messages) != maxMessages {
		t.Errorf("%d messages, want %d", len(messages), maxMessages)
	}
	for _, m := range messages {
		if len(m) > maxMessageLength {
			t.Errorf("a message has %d bytes, want at most %d", len(m), maxMessageLength)
		}
	}
}

func TestErrorsAreClassified(t *testing.T) {
	exists := []string{"flow.id: Flow id already exists"}
	cases := map[string]struct {
		err                                         *Error
		notFound, terminal, unauthorized, conflicts bool
	}{
		"no answer":                   {err: &Error{Err: errors.New("refused")}},
		"400":                         {err: &Error{Status: 400}, terminal: true},
		"401":                         {err: &Error{Status: 401}, unauthorized: true},
		"403":                         {err: &Error{Status: 403}, unauthorized: true},
		"404":                         {err: &Error{Status: 404}, notFound: true},
		"409":                         {err: &Error{Status: 409}, conflicts: true},
		"410":                         {err: &Error{Status: 410}},
		"415":                         {err: &Error{Status: 415}, terminal: true},
		"422":                         {err: &Error{Status: 422}, terminal: true},
		"422 of a create that exists": {err: &Error{Status: 422, Method: "POST", Messages: exists}, conflicts: true},
		"422 of an update":            {err: &Error{Status: 422, Method: "PUT", Messages: exists}, terminal: true},
		"423":                         {err: &Error{Status: 423}},
		"429":                         {err: &Error{Status: 429}},
		"500":                         {err: &Error{Status: 500}},
		"302":                         {err: &Error{Status: 302}},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			err := fmt.Errorf("sync: %w", tc.err)
			got := []bool{IsNotFound(err), IsTerminal(err), IsUnauthorized(err), IsConflict(err)}
			want := []bool{tc.notFound, tc.terminal, tc.unauthorized, tc.conflicts}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("not found, terminal, unauthorized, conflict (-want +got):\n%s", diff)
			}
		})
	}
}

func TestRetryAfterIsReadInBothForms(t *testing.T) {
	now := time.Date(2026, 11, 24, 12, 0, 0, 0, time.UTC)
	cases := map[string]time.Duration{
		"":                0,
		"7":               7 * time.Second,
		"-7":              0,
		"soon":            0,
		"999999999999999": maxRetryAfter,
		now.Add(time.Minute).Format(http.TimeFormat):  time.Minute,
		now.Add(-time.Minute).Format(http.TimeFormat): 0,
		now.AddDate(1, 0, 0).Format(http.TimeFormat):  maxRetryAfter,
	}
	for value, want := range cases {
		if got := parseRetryAfter(value, now); got != want {
			t.Errorf("%q: %s, want %s", value, got, want)
		}
	}
}

func TestAnErrorSaysWhatWasAttemptedOnWhat(t *testing.T) {
	err := &Error{Method: "PUT", What: "flow " + hello.String(), Status: 422, Messages: []string{"id: bad", "no"}}
	want := "flow main/company.team/hello: PUT: 422 Unprocessable Entity: id: bad; no"
	if got := err.Error(); got != want {
		t.Errorf("error = %q, want %q", got, want)
	}
}
