// Package bench measures what the operator costs next to what Kubernetes and Kestra cost without it: admission through a
// real API server, the way of many flows into Kestra, the quiet afterwards, memory and start.
//
// Every figure that matters is a ratio to a reference measured in the same run, in turn with it, so that other work on
// the machine falls on both. Durations are reported and never judged; counts, such as calls and writes, are.
// The operator is the binary as it is released, in a process of its own.
//
// The benchmarks print Go's benchmark format. The command in the folder report makes a table and plots of it.
package bench
