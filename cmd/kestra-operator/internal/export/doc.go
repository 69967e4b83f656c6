// Package export makes manifests of what a Kestra server or a Terraform state holds, such that applying them
// changes nothing in Kestra.
//
// It only reads. What cannot be represented, or what admission would refuse, is kept out of the kustomization
// and named with the reason; nothing is left out in silence. Values of key-values go where the caller asked for,
// and never into an error or a note.
package export
