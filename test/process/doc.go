// Package process runs the operator's program for tests and the demo: built from the source, beside what an installation
// puts on a control plane of test/cluster.
//
// Without a node no pod runs, so the program runs here: once with the rights and the address that config/self-managed
// gives ([Start]), as replicas behind a Service that are started again when they end ([Install]), or as a test says
// ([StartCommand]). Nothing outlives the process that started it, and none of it is part of the operator.
package process
