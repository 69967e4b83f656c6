// Package selection reads which objects of the operator's kinds a command line means: "flows", "kv/password" or
// "flow hello world".
//
// It knows words, not the cluster: whether an object of a name exists is found out by whoever acts upon it.
package selection
