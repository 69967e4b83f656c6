// Package kestra is the HTTP client of a Kestra server: one file per resource, typed errors, and the server's
// version and edition.
//
// Every call is bounded in time and in bytes, in both directions. Reads are retried a few times; a write is
// sent once, because what became of it can only be known by looking again. The client refuses calls that are
// known to lose data: an update of a flow that was not just seen, a path that is not one plain file. It
// never follows a redirect, never uses a bulk, import or by-query endpoint, and never puts a credential, a
// key's value or a file's content into an error.
package kestra
