// Package nodes gives tests a real Kubernetes cluster with nodes, without Docker: the
// control plane of package cluster with controllers and a scheduler, and nodes on
// which kubelet, containerd, runc, kube-proxy and CoreDNS run pods. Helm, a registry
// for images and cert-manager come with it. Everything is compiled from Go modules,
// except what Debian packages: containerd, runc, the CNI plugins and nftables.
//
// Each node lives in namespaces of its own (network, processes, mounts): it is gone,
// pods and firewall rules included, as soon as its first process is, and that one
// dies with the process that called [Start]. The machine keeps one network interface
// to the first node meanwhile, over which pods and Services are reached.
//
// It needs Linux and root, and never touches the machine's own firewall, container
// runtime or mounts.
package nodes
