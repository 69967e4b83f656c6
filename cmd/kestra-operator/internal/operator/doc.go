// Package operator is what the command "run" starts: it installs the custom resource definitions, looks after
// the certificate of admission, serves probes, and puts webhooks and controllers into one manager.
//
// It is the only place that knows every room of the project. It judges nothing and never talks to Kestra
// itself, beyond asking for the version to judge for.
package operator
