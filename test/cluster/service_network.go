package cluster

import (
	"fmt"
	"math/rand/v2"
)

// newServiceNetwork picks a loopback network for cluster IPs. On Linux every
// address of 127.0.0.0/8 can be listened on, so that a process of this machine can
// stand behind a Service by listening on the Service's cluster IP: webhook
// configurations that name a Service work as they are, without a node. Random, so
// that clusters that run side by side do not share addresses; the networks below
// 127.64.0.0 are left to everybody else.
func newServiceNetwork() string {
	return fmt.Sprintf("127.%d.%d.0/24", 64+rand.IntN(128), rand.IntN(256))
}
