// Package gitops shows that Argo CD and Flux are content with the operator's objects: on a real API server, with
// the operator's own binary in every label mode, their own code applies, compares and assesses health.
//
// That code is the program in the folder tools, a module of its own that the tests build, and Flux's whole
// kustomize-controller, for which a test plays the source-controller. ignoreDifferences is never set. What the guide on GitOps shows, manifests included, is what is tested here.
package gitops
