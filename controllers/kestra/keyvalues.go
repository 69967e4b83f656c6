package kestra

import (
	"context"
	"encoding/json"
	"errors"
	"iter"
	"net/http"
	"net/url"
)

// KeyValue is an entry of a namespace's key-value store as the server reads it back.
type KeyValue struct {
	// Type is derived by the server from the stored value: a STRING that looks like a duration reads back as one.
	Type string `json:"type"`
	// Value in JSON; absent for a stored null.
	Value json.RawMessage `json:"value"`
	// Revision of the entry; 0 before 1.1.
	Revision int64 `json:"revision"`
}

// KeyValueOptions are what an entry has beside its value. A write without them clears them.
type KeyValueOptions struct {
	// TTL is how long the entry lives, an ISO-8601 duration; for ever when empty. The server answers 500 to
	// anything else.
	TTL string
	// Description shown in Kestra (from 0.24).
	Description string
}

// KeyValue reads an entry. It is IsNotFound when there is none, and IsGone when it has expired.
func (c *Client) KeyValue(ctx context.Context, target Target) (*KeyValue, error) {
	request, err := keyValueCall(http.MethodGet, target)
	if err != nil {
		return nil, err
	}
	entry := &KeyValue{}
	request.read = entry.read
	return entry, c.do(ctx, request)
}

// read takes an entry from an answer only if it is one: every entry has a type, also a null.
func (e *KeyValue) read(response *http.Response) error {
	*e = KeyValue{}
	if err := readJSON(e, maxResponseBody)(response); err != nil {
		return err
	}
	if e.Type == "" {
		return errors.New("the answer is not a key-value: is this Kestra's API port?")
	}
	return nil
}

// PutKeyValue writes an entry. The value is a JSON value or a bare literal such as 2022-05-01 or PT5M; every
// write is a revision, also of an equal value.
func (c *Client) PutKeyValue(ctx context.Context, target Target, value []byte, options KeyValueOptions) error {
	request, err := keyValueCall(http.MethodPut, target)
	if err != nil {
		return err
	}
	request.contentType = "text/plain" // JSON is 415 since 1.1.4
	request.body = value
	request.header = http.Header{}
	if options.TTL != "" {
		request.header.Set("ttl", options.TTL)
	}
	if options.Description != "" {
		request.header.Set("description", headerText(options.Description))
	}
	return c.do(ctx, request)
}

// DeleteKeyValue removes an entry; one that is not there or has expired is a success. It looks afterwards: a
// success that something else than Kestra answers would leave the entry there for ever.
func (c *Client) DeleteKeyValue(ctx context.Context, target Target) error {
	request, err := keyValueCall(http.MethodDelete, target)
	if err != nil {
		return err
	}
	if err = c.do(ctx, request); IsNotFound(err) || IsGone(err) {
		return nil
	}
	if err != nil {
		return err
	}
	_, err = c.KeyValue(ctx, target)
	return stillThere(err, request)
}

// KeyValueSummary is one line of the list of entries; it has no value.
type KeyValueSummary struct {
	Namespace string
	Key       string
	Revision  int64
}

// UnmarshalJSON reads a line of the list; before 2.0, the revision is called version.
func (s *KeyValueSummary) UnmarshalJSON(data []byte) error {
	var line struct {
		Namespace string `json:"namespace"`
		Key       string `json:"key"`
		Revision  int64  `json:"revision"`
		Version   int64  `json:"version"`
	}
	if err := json.Unmarshal(data, &line); err != nil {
		return err
	}
	*s = KeyValueSummary{Namespace: line.Namespace, Key: line.Key, Revision: max(line.Revision, line.Version)}
	return nil
}

// KeyValues lists the entries of a tenant (from 1.1), page by page. As with Flows, absence is a reason to
// look, never proof.
func (c *Client) KeyValues(ctx context.Context, tenant string) iter.Seq2[KeyValueSummary, error] {
	return listPages[KeyValueSummary](ctx, c, call{
		path:  []string{tenant, "kv"},
		query: url.Values{},
		what:  "list of key-values of tenant " + tenant,
	}, tenant)
}

func keyValueCall(method string, target Target) (call, error) {
	return call{
		method:       method,
		path:         []string{target.Tenant, "namespaces", target.Namespace, "kv", target.Name},
		what:         "key-value " + target.String(),
		confidential: method == http.MethodPut,
	}, target.check()
}

// headerText makes a text fit for a header, which is one line, and of which servers take each byte for a character of
// ISO 8859-1.
func headerText(text string) string {
	line := []byte{}
	for _, r := range storedText(text) {
		line = append(line, byte(r)) //nolint:gosec // it is below 256
	}
	return string(line)
}

// storedText is what becomes of a text that is sent in a header.
func storedText(text string) string {
	line := []rune(text)
	for i, r := range line {
		switch {
		case r < ' ' || r == 0x7f:
			line[i] = ' '
		case r > 0xff:
			line[i] = '?'
		}
	}
	return string(line)
}
