// Package e2e tests the operator as its users meet it: its image in pods on real nodes, installed by its chart with
// Helm, certificates from cert-manager, and the development Kestra in a pod beside it. What can be told without a
// node is tested elsewhere.
//
// The tests share two clusters of two nodes each, and a test has one to itself. Each starts without operator and
// definitions, and leaves nothing. They run when KESTRA_OPERATOR_E2E=1 is set, as root: see `make e2e`.
package e2e
