// Command kestra-operator keeps flows, key-values and namespace files of a Kestra server equal to
// Kubernetes objects, and refuses bad ones at admission.
package main

func main() {}
