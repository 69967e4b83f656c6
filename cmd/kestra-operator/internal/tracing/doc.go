// Package tracing sends traces to an OpenTelemetry collector, when the standard environment of OpenTelemetry
// names one; otherwise nothing is started and every span of the operator is a no-op.
//
// Spans are made where something happens: a request for admission, the judge's check, the question to Kestra, a pass
// over an object, a call of Kestra. They hold names, ids of rules and reasons, and never a value, a source, a header
// or the text of an error.
package tracing
