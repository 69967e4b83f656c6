// Command tally counts what test runs came to and prints it as one line, "N passed, N failed, N skipped":
//
//	go run ./test/tally .cache/results/test.json .cache/results/e2e.json
//
// Each argument is a file of events as "go test -json" and gotestsum's --jsonfile write them. Tests are counted with
// their subtests. A package that failed without a failed test, such as one that does not compile or panics, counts
// as one failure, and so does a file that is missing or holds no test: a run that did not happen is no success.
// It exits with 1 when anything failed, and never runs a test itself.
package main
