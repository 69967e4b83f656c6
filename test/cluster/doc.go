// Package cluster gives tests and the demo a real Kubernetes, without Docker.
//
// [Start] runs a control plane: kube-apiserver and etcd, with RBAC and admission
// webhooks working. The binaries are compiled by package build, or taken from
// KUBEBUILDER_ASSETS. Starting, stopping and certificates are controller-runtime's
// envtest's work; this package adds the binaries, a kubeconfig and kubectl,
// restarts on the same data, Services on the loopback network, and the promise
// that nothing outlives the process that started it.
//
// By itself it listens on 127.0.0.0/8 alone, and it never talks to a cluster that it
// did not start.
package cluster
