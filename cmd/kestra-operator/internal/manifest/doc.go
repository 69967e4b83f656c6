// Package manifest writes Kubernetes manifests of what is in Kestra, or shall be: flows, key-values and
// namespace files, each with the Secret or ConfigMap it refers to.
//
// The same input makes the same bytes, in whatever order it comes. Every text survives byte for byte: what is
// written is read again before it is given out. No value is put in an error. The package talks to nobody.
package manifest
