// Command tools is Argo CD and Flux as far as they deal with objects: their own code for applying, comparing and
// assessing health, of the versions that go.mod pins, without their servers.
//
// It is a module of its own because that code brings hundreds of modules, which are never the operator's. Tests
// run it as a program: arguments say who does what ("argocd sync", "flux diff"), the request is JSON on standard
// input, the answer JSON on standard output, and KUBECONFIG names the cluster.
//
// It has no rule of its own: what is in sync, and what is healthy, is what Argo CD and Flux say.
package main
