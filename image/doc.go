// Command image builds the operator's container image without a container runtime, as a folder in the OCI image layout
// that crane, skopeo and others can push:
//
//	go run ./image -output dist/image
//
// The image holds one static binary for each platform, and besides it only what such a binary may ask a system for: the
// authorities of TLS, a user without rights, and a folder for temporary files. There is no shell, and no package to
// update but the operator's own modules. The same source and the same version of Go make the same digest anywhere.
//
// It never pulls a base image and never pushes.
package main
