package kestra

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/cenkalti/backoff/v5"
)

const (
	// readTries is how often a read is sent before its error is reported.
	readTries = 3
	// maxWaitInCall is the longest a call waits between two tries; a server that asks for more is reported.
	maxWaitInCall = 3 * time.Second
	// maxRequestBody bounds what is sent, in bytes. The API server stores at most 1.5 MiB of an object.
	maxRequestBody = 4 << 20
	// maxResponseBody bounds what is read of an answer, in bytes. A flow's answer carries its source twice.
	maxResponseBody = 16 << 20
)

// call is one request and how its answer is to be read.
type call struct {
	method string
	// path holds the unescaped segments below /api/v1.
	path  []string
	query url.Values
	// header of the request; a content type only together with a body, which servers insist on.
	header      http.Header
	contentType string
	body        []byte
	// what the call is about, for its error.
	what string
	// timeout of one try; the client's own when 0.
	timeout time.Duration
	// changesNothing is true for a call that is no GET and stores nothing.
	changesNothing bool
	// confidential withholds the server's messages, which could quote a value or a file.
	confidential bool
	// read takes what is needed of a successful answer; nil expects none.
	read func(*http.Response) error
}

// do sends a call, a read more than once where that can help, and returns an *Error unless it succeeded, or unless
// Config.MayChange keeps it from being sent.
func (c *Client) do(ctx context.Context, request call) error {
	if len(request.body) > maxRequestBody {
		return &Error{Method: request.method, What: request.what,
			Err: fmt.Errorf("the content has %d bytes, at most %d can be sent", len(request.body), maxRequestBody)}
	}
	if request.method != http.MethodGet {
		return c.inTurn(ctx, request)
	}
	waits := backoff.NewExponentialBackOff()
	waits.InitialInterval = 200 * time.Millisecond
	waits.MaxInterval = maxWaitInCall
	var last error // says more than the end of the context or of the tries
	_, _ = backoff.Retry(ctx, func() (struct{}, error) {
		last = c.inTurn(ctx, request)
		return struct{}{}, retryable(last)
	}, backoff.WithBackOff(waits), backoff.WithMaxTries(readTries))
	return last
}

// retryable marks an error as permanent unless the same read may succeed in a moment.
func retryable(err error) error {
	var e *Error
	if err == nil || !errors.As(err, &e) {
		return err
	}
	temporary := e.Status == 0 || e.Status >= 500 || e.Status == http.StatusLocked || (e.Status < 300 && e.Err != nil)
	if !temporary || e.RetryAfter > maxWaitInCall || errors.Is(err, errTooLong) {
		return backoff.Permanent(err)
	}
	return err
}

// inTurn sends a call when it is its turn, and again when the server did not take it because there are too many: that is
// safe for a write, too. A server that wants to be left alone for long is not asked again here.
func (c *Client) inTurn(ctx context.Context, request call) (err error) {
	for range throttledTries {
		if c.pace.wait(ctx) != nil {
			return cmp.Or(err, error(&Error{Method: request.method, What: request.what,
				Err: errors.New("its turn would come too late: the server says that calls are too many; raise its limit, or call it with fewer at a time")}))
		}
		err = c.once(ctx, request)
		if !hasStatus(err, http.StatusTooManyRequests) {
			c.pace.faster()
			return err
		}
		c.pace.slower(time.Now(), RetryAfter(err))
		if RetryAfter(err) > maxWaitInCall {
			return err
		}
	}
	return err
}

// once sends a call one time.
func (c *Client) once(ctx context.Context, request call) error {
	timeout := request.timeout
	if timeout == 0 {
		timeout = c.timeout
	}
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	failed := func(status int, err error) error {
		return &Error{Method: request.method, What: request.what, Status: status, Err: err}
	}
	r, err := c.newRequest(ctx, request)
	if err != nil {
		return failed(0, err)
	}
	if c.mayChange != nil && request.method != http.MethodGet && !request.changesNothing {
		if err := c.mayChange(); err != nil {
			return fmt.Errorf("%s: %s: not sent: %w", request.what, request.method, err)
		}
	}
	response, err := c.http.Do(r)
	if err != nil {
		return failed(0, withoutURL(err))
	}
	defer func() { _ = response.Body.Close() }()
	if response.StatusCode < 200 || response.StatusCode > 299 {
		return answeredError(request, response)
	}
	read := request.read
	if read == nil {
		read = readNothing
	}
	if err := read(response); err != nil {
		return failed(response.StatusCode, err)
	}
	return nil
}

func (c *Client) newRequest(ctx context.Context, request call) (*http.Request, error) {
	var body io.Reader
	if request.body != nil {
		body = bytes.NewReader(request.body)
	}
	r, err := http.NewRequestWithContext(ctx, request.method, c.url(request.path, request.query).String(), body)
	if err != nil {
		return nil, withoutURL(err)
	}
	for name, values := range request.header {
		r.Header[name] = values
	}
	if request.body != nil {
		r.Header.Set("Content-Type", request.contentType)
	}
	r.Header.Set("Accept", "application/json, application/problem+json, */*;q=0.5")
	r.Header.Set("User-Agent", c.userAgent)
	c.authorize(r)
	return r, nil
}

// url escapes each segment on its own, so that a name with a slash cannot reach another route.
func (c *Client) url(segments []string, query url.Values) *url.URL {
	escaped := make([]string, len(segments))
	for i, s := range segments {
		escaped[i] = url.PathEscape(s)
	}
	result := *c.base
	result.Path = c.base.Path + "/api/v1/" + strings.Join(segments, "/")
	result.RawPath = c.base.EscapedPath() + "/api/v1/" + strings.Join(escaped, "/")
	// A space as "+" is read as a plus sign by some servers.
	result.RawQuery = strings.ReplaceAll(query.Encode(), "+", "%20")
	return &result
}

func answeredError(request call, response *http.Response) error {
	e := &Error{
		Method:     request.method,
		What:       request.what,
		Status:     response.StatusCode,
		RetryAfter: parseRetryAfter(response.Header.Get("Retry-After"), time.Now()),
	}
	if response.StatusCode < 400 {
		e.Err = errors.New("the server redirects elsewhere, which is not followed; set the URL it should be called by")
		return e
	}
	body, _ := io.ReadAll(io.LimitReader(response.Body, maxErrorBody)) // part of a message is better than none
	if isAbsence(response.StatusCode) && !isKestras(response, body) {
		e.Err = errNotKestra
		return e
	}
	if request.confidential {
		e.Messages = []string{"the server's message is withheld because it may quote the content"}
		return e
	}
	e.Messages = parseMessages(body)
	return e
}

// withoutURL takes the cause out of an error that quotes the whole URL.
func withoutURL(err error) error {
	var wrapped *url.Error
	if errors.As(err, &wrapped) {
		return wrapped.Err
	}
	return err
}

// mediaType is what an answer says that it is; empty when it does not, or not so that it can be parsed.
func mediaType(response *http.Response) string {
	kind, _, _ := mime.ParseMediaType(response.Header.Get("Content-Type"))
	return kind
}

// readJSON returns a reader of an answer that is one JSON value of at most limit bytes.
func readJSON(into any, limit int64) func(*http.Response) error {
	return func(response *http.Response) error {
		body, err := readBody(response.Body, limit)
		if err != nil {
			return err
		}
		return decode(response, body, into)
	}
}

// decode never wraps the decoder's error, which may quote the body.
func decode(response *http.Response, body []byte, into any) error {
	if json.Unmarshal(body, into) != nil {
		return fmt.Errorf("the answer is not the JSON expected (Content-Type %s): is this Kestra's API port?",
			Printable(response.Header.Get("Content-Type"), 80))
	}
	return nil
}

// readNothing takes an empty answer, or one JSON value that says nothing more. Anything else comes from someone who
// is not Kestra, such as a proxy that shows its login page.
func readNothing(response *http.Response) error {
	body, err := readBody(response.Body, maxErrorBody)
	if err != nil || len(body) == 0 {
		return err
	}
	return decode(response, body, &json.RawMessage{})
}

// readBody reads a body of at most limit bytes; a longer one is an error.
func readBody(body io.Reader, limit int64) ([]byte, error) {
	data, err := io.ReadAll(io.LimitReader(body, limit+1))
	if err != nil {
		return nil, fmt.Errorf("read the answer: %w", err)
	}
	if int64(len(data)) > limit {
		return nil, fmt.Errorf("the answer is longer than %d bytes", limit)
	}
	return data, nil
}
