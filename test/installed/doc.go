// Package installed tests what several parts of an installation do together: config's kustomizations on a real API server,
// the operator's own binary with its webhooks, and a development Kestra.
//
// It has no node, so the binary runs beside the API server; pods, images and Helm are the affair of test/e2e.
package installed
