// Package validate judges flows and manifests from files, as the command "validate" does: with the same
// functions as admission, without a cluster.
//
// It reads raw flows and KestraFlow, KestraKeyValue and KestraNamespaceFile manifests (several documents
// and lists included), and prints findings at the place where a person would edit the file. It never
// changes a file unless asked to, and never talks to a cluster.
package validate
