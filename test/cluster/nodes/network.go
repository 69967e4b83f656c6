package nodes

import (
	"net/netip"
	"strconv"
)

// maxNodes is what the plan of addresses has room for: links of four addresses.
const maxNodes = 64

// network is the plan of addresses of one cluster, all in 10.<octet>.0.0/16, so that
// clusters that run side by side on a machine do not meet.
type network struct{ octet byte }

func (n network) address(third, fourth int) string {
	return netip.AddrFrom4([4]byte{10, n.octet, byte(third), byte(fourth)}).String()
}

// everything holds all addresses of the cluster, pods those of a node's pods,
// allPods those of every node's, services the cluster IPs.
func (n network) everything() string   { return n.address(0, 0) + "/16" }
func (n network) pods(node int) string { return n.address(node, 0) + "/24" }
func (n network) allPods() string      { return n.address(0, 0) + "/17" }
func (n network) services() string     { return n.address(128, 0) + "/24" }

// kubernetesService is where pods find the API server: the first cluster IP.
func (n network) kubernetesService() string { return n.address(128, 1) }
func (n network) dns() string               { return n.address(128, 10) }

// node is a node's address, gateway the other end of its link: this machine for the
// first node, and the first node for every other.
func (n network) node(node int) string    { return n.address(255, 4*node+2) }
func (n network) gateway(node int) string { return n.address(255, 4*node+1) }

// machine is this machine's address in the network.
func (n network) machine() string { return n.gateway(0) }

// device is this machine's end of the link to the first node.
func (n network) device() string { return "kestra-node" + strconv.Itoa(int(n.octet)) }
