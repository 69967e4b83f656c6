// Package chart proves the Helm chart: it renders charts/kestra-operator with the real helm for a matrix of values,
// decodes what comes out strictly into the types of Kubernetes and cert-manager, asserts what each value does, and
// offers renderings to a real API server.
//
// It holds no golden files: a rendering is judged by what it means.
package chart
