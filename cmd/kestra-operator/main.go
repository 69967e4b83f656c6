// Command kestra-operator keeps flows, key-values and files of a Kestra server equal to Kubernetes objects,
// and refuses wrong ones before they are stored.
package main

import (
	"os"

	ctrl "sigs.k8s.io/controller-runtime"
)

func main() {
	os.Exit(execute(ctrl.SetupSignalHandler(), os.Args, streams{in: os.Stdin, out: os.Stdout, err: os.Stderr}))
}
