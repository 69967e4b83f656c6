package kestra

import (
	"context"
	"net/http"
	"testing"
)

// TestAPageOfAProxyIsNoAbsence shows that the page that a proxy sends for a server that is away does not count as the
// server's word that something is not there: a deletion would be taken for done.
func TestAPageOfAProxyIsNoAbsence(t *testing.T) {
	calls := map[string]func(context.Context, *Client) error{
		"a look at a flow":          func(ctx context.Context, c *Client) error { _, err := c.Flow(ctx, hello); return err },
		"a look at a key-value":     func(ctx context.Context, c *Client) error { _, err := c.KeyValue(ctx, hello); return err },
		"a look at a file":          func(ctx context.Context, c *Client) error { _, err := c.StatFile(ctx, hello); return err },
		"a deletion of a flow":      func(ctx context.Context, c *Client) error { return c.DeleteFlow(ctx, hello) },
		"a deletion of a key-value": func(ctx context.Context, c *Client) error { return c.DeleteKeyValue(ctx, hello) },
		"a deletion of a file":      func(ctx context.Context, c *Client) error { return c.DeleteFile(ctx, hello) },
		"an upload of a file":       func(ctx context.Context, c *Client) error { return c.PutFile(ctx, hello, []byte("x")) },
	}
	for name, call := range calls {
		t.Run(name, func(t *testing.T) {
			client := newTestClient(t, func(w http.ResponseWriter, _ *http.Request) {
				w.Header().Set("Content-Type", "text/plain; charset=utf-8")
				w.WriteHeader(http.StatusNotFound)
				_, _ = w.Write([]byte("default backend - 404"))
			})
			err := call(t.Context(), client)
			if err == nil || IsNotFound(err) || IsTerminal(err) {
				t.Errorf("error = %v, not found: %t, terminal: %t; want a temporary one", err, IsNotFound(err), IsTerminal(err))
			}
		})
	}
}
