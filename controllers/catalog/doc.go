// Package catalog keeps the judge's catalog equal to what the operator's Kestra server can run.
//
// The leader's Refresher reads the server's flow schema whenever the server's version or set of plugins
// changes and saves the catalog made of it in a ConfigMap; every replica's Watcher loads that ConfigMap, so
// that all replicas judge alike, and so that the last good catalog survives restarts and a Kestra that is
// away. What cannot be trusted is never loaded: an empty, truncated or implausible schema leaves the catalog
// as it was, so judging gets no stricter from a broken answer.
//
// The package never judges a flow and never writes to Kestra.
package catalog
