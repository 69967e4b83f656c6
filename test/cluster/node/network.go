package node

import (
	"context"
	"fmt"
	"math/rand/v2"
	"net/netip"
	"os/exec"
	"strconv"
	"strings"
)

// networkTries bounds the search for a network that nobody uses.
const networkTries = 20

// network is the plan of addresses of one node, all in 10.<octet>.0.0/16, so that
// nodes that run side by side on a machine do not meet.
type network struct{ octet byte }

func (n network) address(third, fourth byte) string {
	return netip.AddrFrom4([4]byte{10, n.octet, third, fourth}).String()
}

// pods is the range of pod addresses, services that of cluster IPs.
func (n network) pods() string     { return n.address(0, 0) + "/24" }
func (n network) services() string { return n.address(128, 0) + "/24" }

// kubernetesService is where pods find the API server: the first cluster IP.
func (n network) kubernetesService() string { return n.address(128, 1) }
func (n network) dns() string               { return n.address(128, 10) }

// machine is this machine's address on the link to the node, node the node's.
func (n network) machine() string { return n.address(255, 1) }
func (n network) node() string    { return n.address(255, 2) }

// device is the machine's end of the link to the node.
func (n network) device() string { return "kestra-node" + strconv.Itoa(int(n.octet)) }

// connect links this machine with the network namespace of the node's first
// process. The link disappears with that namespace.
func connect(ctx context.Context, pid int) (network, error) {
	for range networkTries {
		n := network{octet: byte(64 + rand.IntN(128))}
		used, err := ip(ctx, "route show root "+n.address(0, 0)+"/16")
		if err != nil {
			return network{}, err
		}
		if used != "" {
			continue
		}
		// Making the device is what claims the network: its name can exist once.
		_, err = ip(ctx, fmt.Sprintf("link add %s type veth peer name eth0 netns %d", n.device(), pid))
		if err != nil && strings.Contains(err.Error(), "File exists") {
			continue
		}
		if err != nil {
			return network{}, err
		}
		return n, n.route(ctx)
	}
	return network{}, fmt.Errorf("no free network 10.x.0.0/16 found in %d tries", networkTries)
}

// route sends what is meant for the node, its pods and Services over the link.
func (n network) route(ctx context.Context) error {
	for _, command := range []string{
		fmt.Sprintf("address add %s/30 dev %s", n.machine(), n.device()),
		fmt.Sprintf("link set %s up", n.device()),
		fmt.Sprintf("route add %s via %s", n.pods(), n.node()),
		fmt.Sprintf("route add %s via %s", n.services(), n.node()),
	} {
		if _, err := ip(ctx, command); err != nil {
			return err
		}
	}
	return nil
}

// ip runs iproute2's command.
func ip(ctx context.Context, arguments string) (string, error) {
	output, err := exec.CommandContext(ctx, "ip", strings.Fields(arguments)...).CombinedOutput()
	if err != nil {
		return "", fmt.Errorf("ip %s: %w: %s", arguments, err, output)
	}
	return string(output), nil
}
