// Package architecture tests what no single package can: which room of the project may import what, and under
// which licences the operator's dependencies stand.
//
// It holds tests only.
package architecture
