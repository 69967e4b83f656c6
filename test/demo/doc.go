// Command demo tells the operator's story on real components: a kube-apiserver with etcd, the operator's own
// binary with TLS webhooks, and the development Kestra, or a real one that KESTRA_URL names together with
// KESTRA_BASIC_AUTH (user:password) or KESTRA_API_KEY.
//
// Every command is shown before its output, and the demo fails when a step does not show what it claims. On a
// terminal it stays up afterwards and prints how to try things by hand.
package main
