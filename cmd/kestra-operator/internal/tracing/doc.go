// Package tracing sends traces to an OpenTelemetry collector, when the standard environment of OpenTelemetry
// names one; otherwise nothing is started and every span of the operator is a no-op.
//
// Spans are made where something happens: a request for admission, the judge's check, the question to Kestra, a pass
// over an object, a call of Kestra. They hold names, ids of rules and reasons, and never a value, a source, a header
// or the text of an error.
//
// Releases are built with the tag grpcnotrace: gRPC, which the exporter's types bring and nobody here calls, otherwise
// brings templates with it, with which the linker can leave out no method at all. That is a third of the binary.
package tracing
