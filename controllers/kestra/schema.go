package kestra

import (
	"context"
	"fmt"
	"io"
	"net/http"
)

// MaxSchema bounds the flow schema, in bytes. A server with sixty-five plugins serves about 9 MB.
const MaxSchema = 64 << 20

// errTooLong is no accident of the connection: reading again would find the same.
var errTooLong = fmt.Errorf("the answer is longer than %d bytes", int64(MaxSchema))

// ReadFlowSchema hands the server's own JSON schema of a flow to read, as a stream of at most MaxSchema bytes;
// beyond that, reading fails. It may be called again when the connection breaks, so read must start afresh.
func (c *Client) ReadFlowSchema(ctx context.Context, read func(io.Reader) error) error {
	return c.do(ctx, call{
		method:  http.MethodGet,
		path:    []string{"plugins", "schemas", "flow"},
		what:    "flow schema",
		timeout: schemaTimeout,
		read: func(response *http.Response) error {
			return read(&boundedReader{source: response.Body, left: MaxSchema})
		},
	})
}

// boundedReader fails beyond its bound, where io.LimitReader would pretend that the end is reached.
type boundedReader struct {
	source io.Reader
	left   int64
}

func (b *boundedReader) Read(p []byte) (int, error) {
	if b.left <= 0 {
		return 0, errTooLong
	}
	if int64(len(p)) > b.left {
		p = p[:b.left]
	}
	n, err := b.source.Read(p)
	b.left -= int64(n)
	return n, err
}
