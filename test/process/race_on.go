//go:build race

package process

// Raced is true when the tests look for data races; the operator's program then does too.
const Raced = true
