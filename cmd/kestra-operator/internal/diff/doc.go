// Package diff compares what objects say with what a Kestra server holds, and prints the difference.
//
// It only reads: Kestra, and the Secrets and ConfigMaps that objects take their content from. A value that comes from a
// Secret is compared and never printed; other values of key-values are printed only when that was asked for.
package diff
