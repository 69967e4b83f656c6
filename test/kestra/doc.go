// Package kestra is the development Kestra: a real HTTP server, with its state in memory, that answers the part
// of Kestra's API the operator uses as recorded servers answered it, traps included.
//
// Tests start one with Start, point a client or an operator at URL, act as "someone in Kestra" through the Go
// methods (PutFlow, DeleteKeyValue, PutFile, ...), and ask afterwards what was written, how often, and whether a
// call was made that would have harmed a real server (Violations). The clock, faults, latency and the judge of
// flows are theirs to set.
//
// The package is never part of the operator binary, keeps nothing on disk and runs no flow.
package kestra
