// Package status sums up what became of objects, by the namespaces of Kestra that they keep something in: how many are
// ready, and why the others are not.
//
// It looks at conditions only, which the operator has written; it asks neither Kestra nor the operator.
package status
