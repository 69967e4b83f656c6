// Package plugin looks at objects of the operator's kinds in a cluster, and asks the operator to do something about
// them: what the commands of "kubectl kestra" have in common.
//
// It reads through the API server and writes only what a person could write with kubectl: the annotation that asks for
// a reconcile, and spec.suspend. It never reads or writes Kestra.
package plugin
