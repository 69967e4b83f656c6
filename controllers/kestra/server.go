package kestra

import (
	"context"
	"net/http"
)

// NewestMajor is the version assumed of a server that does not tell.
const NewestMajor = "2.0.0"

// Edition of a Kestra server.
type Edition string

const (
	// OpenSource has the one tenant "main" and does not enforce read-only flows.
	OpenSource Edition = "OSS"
	// Enterprise has tenants and enforces read-only flows.
	Enterprise Edition = "EE"
)

// Server is what a Kestra server says of itself.
type Server struct {
	// Version such as "1.3.25".
	Version string
	// Edition; empty when the server does not tell (before 1.0).
	Edition Edition
	// PluginsHash changes with the set of installed plugins; 0 when the server does not tell (before 1.0).
	PluginsHash int64
	// Assumed is true when the server did not tell its version and the newest one was assumed.
	Assumed bool
}

// Server asks the server for its version, edition and plugins. A server that refuses to tell (from 2.0 on
// that takes credentials) counts as the newest major version.
func (c *Client) Server(ctx context.Context) (Server, error) {
	var answer struct {
		Version     string  `json:"version"`
		Edition     Edition `json:"edition"`
		PluginsHash int64   `json:"pluginsHash"`
	}
	err := c.do(ctx, call{
		method: http.MethodGet,
		path:   []string{"configs"},
		what:   "server configuration",
		read:   readJSON(&answer, 1<<20),
	})
	if IsUnauthorized(err) || IsNotFound(err) {
		return Server{Version: NewestMajor, Assumed: true}, nil
	}
	if err != nil {
		return Server{}, err
	}
	return Server{Version: Printable(answer.Version, 64), Edition: answer.Edition, PluginsHash: answer.PluginsHash}, nil
}
