package nodes

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os/exec"
	"strconv"
	"strings"
)

// claimTries bounds the search for a network that nobody uses.
const claimTries = 20

// uplink is the interface of a node that leads to its gateway.
const uplink = "eth0"

// host stands for this machine where a process's network namespace is asked for.
const host = 0

// claim finds a free network and links this machine with the first node, given by
// its first process. The link disappears with the namespace of that process.
func claim(ctx context.Context, first int) (network, error) {
	for range claimTries {
		n := network{octet: byte(64 + rand.IntN(128))}
		used, err := ip(ctx, host, "route show root "+n.everything())
		if err != nil {
			return network{}, err
		}
		if used != "" {
			continue
		}
		// Making the device is what claims the network: its name can exist once.
		_, err = ip(ctx, host, fmt.Sprintf("link add %s type veth peer name %s netns %d", n.device(), uplink, first))
		if err != nil && strings.Contains(err.Error(), "File exists") {
			continue
		}
		if err != nil {
			return network{}, err
		}
		return n, n.wire(ctx, link{gateway: host, device: n.device(), pid: first, node: 0, behind: n.everything()})
	}
	return network{}, fmt.Errorf("no free network 10.x.0.0/16 found in %d tries", claimTries)
}

// join links another node with the first, which forwards what is meant for it.
func (n network) join(ctx context.Context, first, pid, node int) error {
	device := "node" + strconv.Itoa(node)
	if _, err := ip(ctx, first, fmt.Sprintf("link add %s type veth peer name %s netns %d", device, uplink, pid)); err != nil {
		return err
	}
	return n.wire(ctx, link{gateway: first, device: device, pid: pid, node: node, behind: n.pods(node)})
}

// link is the connection of a node with its gateway.
type link struct {
	gateway int    // process in the gateway's network namespace
	device  string // the gateway's end
	pid     int    // process in the node's network namespace
	node    int    // the node's number
	behind  string // what the gateway reaches over the link
}

// wire gives both ends their addresses, and both sides the way to the other.
func (n network) wire(ctx context.Context, l link) error {
	for _, command := range []struct {
		pid       int
		arguments string
	}{
		{l.gateway, fmt.Sprintf("address add %s/30 dev %s", n.gateway(l.node), l.device)},
		{l.gateway, fmt.Sprintf("link set %s up", l.device)},
		{l.pid, "link set lo up"},
		{l.pid, fmt.Sprintf("address add %s/30 dev %s", n.node(l.node), uplink)},
		{l.pid, fmt.Sprintf("link set %s up", uplink)},
		{l.pid, fmt.Sprintf("route add default via %s", n.gateway(l.node))},
		{l.gateway, fmt.Sprintf("route add %s via %s", l.behind, n.node(l.node))},
	} {
		if _, err := ip(ctx, command.pid, command.arguments); err != nil {
			return err
		}
	}
	return nil
}

// ip runs iproute2's command in the network namespace of a process.
func ip(ctx context.Context, pid int, arguments string) (string, error) {
	command := append([]string{"ip"}, strings.Fields(arguments)...)
	if pid != host {
		command = append([]string{"nsenter", "--net", "--target", strconv.Itoa(pid)}, command...)
	}
	output, err := exec.CommandContext(ctx, command[0], command[1:]...).CombinedOutput()
	if err != nil {
		return "", fmt.Errorf("%s: %w: %s", strings.Join(command, " "), err, output)
	}
	return string(output), nil
}
