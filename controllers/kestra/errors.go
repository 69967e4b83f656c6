package kestra

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

const (
	maxMessages      = 20
	maxMessageLength = 500 // bytes
	// maxErrorBody bounds what is read of an answer that is an error, in bytes.
	maxErrorBody = 256 << 10
	// maxRetryAfter bounds how long a server can ask to be left alone.
	maxRetryAfter = 10 * time.Minute
)

// Error is a call that did not succeed.
type Error struct {
	// Method of the call, such as "PUT".
	Method string
	// What the call was about, such as "flow main/company.team/hello".
	What string
	// Status of the answer; 0 when none came.
	Status int
	// Messages of the server, free of control characters and bounded in number and length.
	Messages []string
	// RetryAfter is how long the server asked to wait; 0 when it did not.
	RetryAfter time.Duration
	// Err is why no usable answer came.
	Err error
}

// Error says what was attempted on what, and what the server said.
func (e *Error) Error() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s: %s", e.What, e.Method)
	if e.Status != 0 {
		fmt.Fprintf(&b, ": %d %s", e.Status, http.StatusText(e.Status))
	}
	if len(e.Messages) > 0 {
		fmt.Fprintf(&b, ": %s", strings.Join(e.Messages, "; "))
	}
	if e.Err != nil {
		fmt.Fprintf(&b, ": %v", e.Err)
	}
	return b.String()
}

// Unwrap returns why no usable answer came.
func (e *Error) Unwrap() error { return e.Err }

// IsUnauthorized is true when the server does not accept the caller's credentials, or what they may do.
func IsUnauthorized(err error) bool {
	return hasStatus(err, http.StatusUnauthorized, http.StatusForbidden)
}

// IsConflict is true when the server holds something that the call did not expect, such as a flow to create
// that exists already. Servers before 2.0 answer 422 to that.
func IsConflict(err error) bool {
	var e *Error
	if !errors.As(err, &e) {
		return false
	}
	if e.Status == http.StatusConflict {
		return true
	}
	return e.Status == http.StatusUnprocessableEntity && e.Method == http.MethodPost &&
		strings.Contains(strings.Join(e.Messages, "\n"), "already exists")
}

// IsTerminal is true when the same call cannot succeed later: the server refused its content. Credentials,
// absence, conflicts, locks and rate limits are not terminal, and neither is an answer of class 5xx.
func IsTerminal(err error) bool {
	var e *Error
	if !errors.As(err, &e) || e.Status < 400 || e.Status >= 500 || IsConflict(err) {
		return false
	}
	switch e.Status {
	case http.StatusUnauthorized, http.StatusForbidden, http.StatusNotFound, http.StatusRequestTimeout,
		http.StatusConflict, http.StatusGone, http.StatusLocked, http.StatusTooManyRequests:
		return false
	}
	return true
}

// RetryAfter returns how long the server asked to wait, 0 when it did not.
func RetryAfter(err error) time.Duration {
	var e *Error
	if errors.As(err, &e) {
		return e.RetryAfter
	}
	return 0
}

func hasStatus(err error, statuses ...int) bool {
	var e *Error
	if !errors.As(err, &e) {
		return false
	}
	for _, s := range statuses {
		if e.Status == s {
			return true
		}
	}
	return false
}

// errorBody is an error in both of the server's formats: up to 1.x with "_embedded", from 2.0 as RFC 9457.
type errorBody struct {
	Message  string       `json:"message"`
	Title    string       `json:"title"`
	Detail   string       `json:"detail"`
	Errors   []errorEntry `json:"errors"`
	Embedded struct {
		Errors []errorEntry `json:"errors"`
	} `json:"_embedded"`
}

type errorEntry struct {
	Message string `json:"message"`
	Detail  string `json:"detail"`
	Path    string `json:"path"`
	Pointer string `json:"pointer"`
}

func (e errorEntry) text() string {
	text, path := firstOf(e.Message, e.Detail), firstOf(e.Path, e.Pointer)
	if path != "" && text != "" {
		return path + ": " + text
	}
	return text
}

// parseMessages reads the messages of an error's body. The summary is left out where the single messages
// say it all.
func parseMessages(body []byte) []string {
	var parsed errorBody
	if json.Unmarshal(body, &parsed) != nil {
		return nil // an HTML page or a proxy's text says nothing that the status does not
	}
	var messages []string
	for _, entry := range append(parsed.Embedded.Errors, parsed.Errors...) {
		messages = appendMessage(messages, entry.text())
	}
	if len(messages) == 0 {
		messages = appendMessage(messages, firstOf(parsed.Detail, parsed.Message, parsed.Title))
	}
	return messages
}

// appendMessage adds each line of a server's text as a message of its own.
func appendMessage(messages []string, text string) []string {
	for line := range strings.Lines(text) {
		line = Printable(strings.TrimSpace(line), maxMessageLength)
		if line != "" && len(messages) < maxMessages {
			messages = append(messages, line)
		}
	}
	return messages
}

// Printable returns a text from a server with everything unprintable escaped, so that it cannot steer a
// terminal, cut to at most limit bytes.
func Printable(text string, limit int) string {
	var b strings.Builder
	for _, r := range text {
		escaped := string(r)
		if r == utf8.RuneError || (!unicode.IsPrint(r) && r != ' ') {
			escaped = strings.Trim(strconv.QuoteRuneToASCII(r), "'")
		}
		if b.Len()+len(escaped) > limit-len("…") {
			return b.String() + "…"
		}
		b.WriteString(escaped)
	}
	return b.String()
}

// stillThere turns the look after a deletion into the deletion's own result.
func stillThere(looked error, request call) error {
	if IsNotFound(looked) || IsGone(looked) {
		return nil
	}
	if looked != nil {
		return looked
	}
	return &Error{Method: request.method, What: request.what, Status: http.StatusOK,
		Err: errors.New("it is still there after a deletion that was answered with success")}
}

// parseRetryAfter reads the header in seconds or as a date.
func parseRetryAfter(value string, now time.Time) time.Duration {
	wait := time.Duration(0)
	if seconds, err := strconv.Atoi(value); err == nil {
		wait = time.Duration(min(max(seconds, 0), int(maxRetryAfter/time.Second))) * time.Second
	} else if at, err := http.ParseTime(value); err == nil {
		wait = at.Sub(now)
	}
	return min(max(wait, 0), maxRetryAfter)
}

func firstOf(texts ...string) string {
	for _, text := range texts {
		if text != "" {
			return text
		}
	}
	return ""
}
