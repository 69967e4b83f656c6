package nodes

import (
	"context"
	"fmt"
	"net/http"

	"k8s.io/apimachinery/pkg/util/wait"

	"github.com/kestra-operator/kestra-operator/test/cluster/build"
)

// registryPort is where the registry listens on the machine's address in the cluster's network.
const registryPort = "5000"

// Registry is the host and port of the registry that nodes pull from, over HTTP.
func (c *Cluster) Registry() string { return c.network.machine() + ":" + registryPort }

// startRegistry starts the registry and waits until it answers.
func (c *Cluster) startRegistry(ctx context.Context, _ Options) error {
	if err := c.run(build.CraneCommand.Name, "registry", "serve", "--address", c.Registry()); err != nil {
		return err
	}
	client := http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
	err := wait.PollUntilContextTimeout(ctx, readyPoll, readyTimeout, true, func(ctx context.Context) (bool, error) {
		request, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+c.Registry()+"/v2/", nil)
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
