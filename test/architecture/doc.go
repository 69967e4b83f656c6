// Package architecture tests what no single package can: which room of the project may import what, under which
// licences the operator's dependencies stand, and that each of its invariants has a test of its name.
//
// It holds tests only.
package architecture
