// Package process runs the operator's program as pods of an installation would run: built from the source, beside what
// an installation puts into a cluster, behind a Service, and started again when it ends.
//
// It serves tests that need real processes, to kill and to measure; none of it is part of the operator.
package process
