// Package release makes a release of the project's own chart, and has Helm and krew read it. Building the operator for every
// platform takes minutes and is left to "make release"; what the archives hold is tested beside the command.
//
// It holds tests only.
package release
