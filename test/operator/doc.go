// Package operator runs the operator's own binary on a control plane of test/cluster, for tests and the demo.
//
// What is installed around it is config/self-managed, as a user applies it. Without a node the Deployment's pods
// do not run, so the same binary runs here with the rights of the same service account, on the address of the
// webhooks' Service. Nothing outlives the process that started it.
package operator
