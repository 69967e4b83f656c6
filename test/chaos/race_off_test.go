//go:build !race

package chaos

// raced makes the operator's program find data races when this test does.
var raced []string
