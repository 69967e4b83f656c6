// Package keyvalue knows the language of Kestra's key-value store: which text is a value of which type, the
// exact body that makes a server store it, and when what a server reads back is that same value.
//
// The server keeps no type beside a value: it derives one from how the body is written and again from what it
// reads back, and rewrites durations on the way. Everything that follows from this lives here, so that an
// admission, a write and a comparison agree. The package talks to no server, and no error of it ever holds
// the value: values are often secrets.
package keyvalue
