// Package release takes the operator's finalizer off objects, for those who leave: afterwards the objects can
// be deleted with no operator running, and Kestra is left as it is.
//
// It writes finalizers and nothing else, reads metadata only, and never talks to Kestra. While an operator
// runs, it leaves objects alone that are not being deleted: the operator would put the finalizer back, and
// delete from Kestra with the object.
package release
