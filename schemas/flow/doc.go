// Package flow is the judge of Kestra flows: it reads a flow's source with positions, edits its read-only
// label, holds the catalog of what a Kestra server can run, and checks a source against all of it.
//
// Webhook, reconciler and command line call the same pure Check and differ only in how they print what it
// finds. The package knows neither Kubernetes nor HTTP, and never refuses what Kestra accepts except under
// rules whose id starts with "policy-".
package flow
