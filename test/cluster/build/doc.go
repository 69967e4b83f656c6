// Package build compiles the commands that a test cluster runs from their Go
// modules, once: binaries are kept in .cache/cluster of the project, by module and
// version, or in the folder that KESTRA_OPERATOR_CACHE names.
//
// Versions are pinned in modules/*/go.mod beside this package, everything below
// them in the go.sum, so that a build on any machine is the same build. Each folder
// is a module of its own: its dependencies are never the operator's.
//
// It never runs what it builds, and never downloads a binary.
package build
