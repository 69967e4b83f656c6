package node

import (
	"context"
	"fmt"
	"io"
	"net/http"

	"k8s.io/apimachinery/pkg/util/wait"
)

// registryPort is where the registry listens on the machine's address on the link.
const registryPort = "5000"

// Registry is the host and port of the registry that the node pulls from, over HTTP.
func (n *Node) Registry() string { return n.network.machine() + ":" + registryPort }

// startRegistry starts the registry and waits until it answers.
func (n *Node) startRegistry(ctx context.Context, _ io.Writer) error {
	if err := n.run(crane.Name, "registry", "serve", "--address", n.Registry()); err != nil {
		return err
	}
	client := http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
	err := wait.PollUntilContextTimeout(ctx, readyPoll, readyTimeout, true, func(ctx context.Context) (bool, error) {
		request, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+n.Registry()+"/v2/", nil)
		if err != nil {
			return false, err
		}
		response, err := client.Do(request)
		if err != nil {
			return false, nil //nolint:nilerr // not up yet
		}
		return response.StatusCode == http.StatusOK, response.Body.Close()
	})
	if err != nil {
		return fmt.Errorf("wait for the registry: %w", err)
	}
	return nil
}
