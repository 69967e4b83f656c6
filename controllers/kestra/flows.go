package kestra

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"net/http"
	"net/url"
	"strings"
	"time"
)

// freshness is how long a flow counts as just seen, and may be updated. An update of a flow that is missing
// or deleted has been seen to hang a server until it ran out of memory.
const freshness = 30 * time.Second

const flowContentType = "application/x-yaml"

// Flow is a flow as the server holds it.
type Flow struct {
	ID        string    `json:"id"`
	Namespace string    `json:"namespace"`
	Revision  int64     `json:"revision"`
	Updated   time.Time `json:"updated"`
	Deleted   bool      `json:"deleted"`
	// Source is the text the server holds, byte for byte.
	Source string `json:"source"`
	// Exception says why the server can no longer read the text; empty when it can.
	Exception string `json:"exception"`

	target Target
	seen   time.Time
}

// Flow reads a flow with its source. It is IsNotFound when the server has none or a deleted one.
func (c *Client) Flow(ctx context.Context, target Target) (*Flow, error) {
	what := "flow " + target.String()
	if err := target.check(); err != nil {
		return nil, err
	}
	flow := &Flow{}
	err := c.do(ctx, call{
		method: http.MethodGet,
		path:   []string{target.Tenant, "flows", target.Namespace, target.Name},
		query:  url.Values{"source": {"true"}},
		what:   what,
		read:   func(response *http.Response) error { return flow.read(response, target) },
	})
	if err != nil {
		return nil, err
	}
	if flow.Deleted {
		return nil, &Error{Method: http.MethodGet, What: what, Status: http.StatusNotFound,
			Messages: []string{"the flow is deleted"}}
	}
	return flow.justSeen(target), nil
}

// read takes a flow from an answer only if it is the one asked for: what is not there must not count as seen.
func (f *Flow) read(response *http.Response, target Target) error {
	*f = Flow{}
	if err := readJSON(f, maxResponseBody)(response); err != nil {
		return err
	}
	if f.ID != target.Name || f.Namespace != target.Namespace {
		return errors.New("the answer is not the flow asked for: is this Kestra's API port?")
	}
	return nil
}

// CreateFlow stores a new flow. It is IsConflict when the server has one already.
func (c *Client) CreateFlow(ctx context.Context, target Target, source []byte) (*Flow, error) {
	if err := target.check(); err != nil {
		return nil, err
	}
	return c.writeFlow(ctx, http.MethodPost, []string{target.Tenant, "flows"}, target, source)
}

// UpdateFlow replaces the text of a flow that Flow, CreateFlow or UpdateFlow returned less than half a minute
// ago. The server may store what it would refuse to create: ask ValidateFlow first.
func (c *Client) UpdateFlow(ctx context.Context, seen *Flow, source []byte) (*Flow, error) {
	if seen == nil || seen.Deleted || time.Since(seen.seen) > freshness {
		return nil, errors.New("update a flow: it was not just seen on the server; look for it first")
	}
	path := []string{seen.target.Tenant, "flows", seen.target.Namespace, seen.target.Name}
	return c.writeFlow(ctx, http.MethodPut, path, seen.target, source)
}

func (c *Client) writeFlow(
	ctx context.Context, method string, path []string, target Target, source []byte,
) (*Flow, error) {
	flow := &Flow{}
	err := c.do(ctx, call{
		method:      method,
		path:        path,
		contentType: flowContentType,
		body:        source,
		what:        "flow " + target.String(),
		read:        readJSON(flow, maxResponseBody),
	})
	if err != nil {
		return nil, err
	}
	if flow.ID != target.Name || flow.Namespace != target.Namespace {
		return nil, fmt.Errorf("flow %s: %s: the server stored flow %s of namespace %s instead", target, method,
			Printable(flow.ID, 100), Printable(flow.Namespace, 150))
	}
	flow.Source = string(source) // not every version answers with the text
	return flow.justSeen(target), nil
}

// DeleteFlow removes a flow; one that is not there is a success.
func (c *Client) DeleteFlow(ctx context.Context, target Target) error {
	if err := target.check(); err != nil {
		return err
	}
	err := c.do(ctx, call{
		method: http.MethodDelete,
		path:   []string{target.Tenant, "flows", target.Namespace, target.Name},
		what:   "flow " + target.String(),
		read:   readDeleted,
	})
	if IsNotFound(err) {
		return nil
	}
	return err
}

// readDeleted takes 204 only, which is what servers answer to the deletion of a flow. Should one answer otherwise, it
// has no such flow when it is asked again, and that is a success.
func readDeleted(response *http.Response) error {
	if response.StatusCode != http.StatusNoContent {
		return errors.New("the answer to a deletion is not 204 No Content: is this Kestra's API port?")
	}
	return nil
}

// FlowSummary is one line of the list of flows.
type FlowSummary struct {
	ID        string `json:"id"`
	Namespace string `json:"namespace"`
	Revision  int64  `json:"revision"`
}

// Flows lists the flows of a tenant, page by page. A flow can be missed while others are created or deleted:
// absence from the list is a reason to look, never proof.
func (c *Client) Flows(ctx context.Context, tenant string) iter.Seq2[FlowSummary, error] {
	return listPages[FlowSummary](ctx, c, call{
		path:  []string{tenant, "flows", "search"},
		query: url.Values{"sort": {"id:asc"}},
		what:  "list of flows of tenant " + tenant,
	}, tenant)
}

// Validation is what a server says of a flow it was asked to judge.
type Validation struct {
	// Constraints are the reasons why the flow is refused; a valid flow has none.
	Constraints []string
	// Warnings, Infos and Deprecations do not refuse the flow.
	Warnings, Infos, Deprecations []string
}

// Valid is true when the server would take the flow. Creating can still fail: it is stricter in a few ways.
func (v Validation) Valid() bool { return len(v.Constraints) == 0 }

// validation is the server's own form.
type validation struct {
	Constraints      *string  `json:"constraints"`
	Warnings         []string `json:"warnings"`
	Infos            []string `json:"infos"`
	DeprecationPaths []string `json:"deprecationPaths"`
}

// ValidateFlow asks the server to judge a flow and stores nothing.
func (c *Client) ValidateFlow(ctx context.Context, tenant string, source []byte) (Validation, error) {
	if err := checkTenant(tenant); err != nil {
		return Validation{}, err
	}
	contentType, body, err := multipartBody("flows", "flow.yaml", flowContentType, source)
	if err != nil {
		return Validation{}, err
	}
	request := call{
		method:      http.MethodPost,
		path:        []string{tenant, "flows", "validate"},
		contentType: contentType,
		body:        body,
		what:        "validation of a flow",
		// Admission asks for it on every replica.
		changesNothing: true,
	}
	// Two results for one flow have been seen once; asked again, the server answered with one.
	for range 2 {
		var answer []validation
		request.read = readJSON(&answer, maxResponseBody)
		if err := c.do(ctx, request); err != nil {
			return Validation{}, err
		}
		if len(answer) == 1 {
			return answer[0].export(), nil
		}
	}
	return Validation{}, &Error{Method: request.method, What: request.what, Status: http.StatusOK,
		Err: errors.New("the server did not answer with exactly one result")}
}

func (v validation) export() Validation {
	result := Validation{
		Warnings:     appendMessages(v.Warnings),
		Infos:        appendMessages(v.Infos),
		Deprecations: appendMessages(v.DeprecationPaths),
	}
	if v.Constraints == nil {
		return result
	}
	result.Constraints = appendMessage(nil, strings.TrimPrefix(*v.Constraints, "Validation error: "))
	if len(result.Constraints) == 0 {
		result.Constraints = []string{"the server gives no reason"}
	}
	return result
}

func appendMessages(texts []string) []string {
	var messages []string
	for _, text := range texts {
		messages = appendMessage(messages, text)
	}
	return messages
}

func (f *Flow) justSeen(target Target) *Flow {
	f.target, f.seen = target, time.Now()
	return f
}
