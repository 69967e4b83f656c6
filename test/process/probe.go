package process

import (
	"context"
	"fmt"
	"net/http"
)

// Ready asks the operator whose probes are at an address whether it is ready, and returns why not.
func Ready(ctx context.Context, address string) error { return Probe(ctx, address, "/readyz") }

// Probe asks a probe as the kubelet does, and returns an error unless it passes.
func Probe(ctx context.Context, address, path string) error {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+address+path, http.NoBody)
	if err != nil {
		return err
	}
	request.Close = true // no connection is left for a look for leaks
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return err
	}
	_ = response.Body.Close() // nothing is read of it
	if response.StatusCode != http.StatusOK {
		return fmt.Errorf("%s answers %d", request.URL, response.StatusCode)
	}
	return nil
}
