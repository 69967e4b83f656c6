//go:build race

package process

// raced makes the operator's program find data races when this test does.
var raced = []string{"-race"}
