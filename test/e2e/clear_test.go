package e2e

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"k8s.io/apimachinery/pkg/util/wait"
)

// kinds are the resources of the operator's definitions.
var kinds = []string{"kestraflows", "kestrakeyvalues", "kestranamespacefiles"}

// permanent are the namespaces that no test made.
var permanent = map[string]bool{
	"default": true, "kube-system": true, "kube-public": true, "kube-node-lease": true, "cert-manager": true,
}

// apply applies a manifest as administrator.
func (c *cluster) apply(t testing.TB, manifest string) {
	t.Helper()
	if err := c.Apply(t.Context(), strings.NewReader(manifest)); err != nil {
		t.Fatal(err)
	}
}

// clear removes what a test left: webhooks first, lest they refuse the rest; then objects, which wait for an operator
// that may be gone; then definitions, namespaces and what belongs to the whole cluster.
func (c *cluster) clear(t testing.TB) {
	t.Helper()
	ctx := context.Background()
	steps := []func(context.Context) error{c.clearWebhooks, c.clearNamespaces, c.clearObjects, c.clearDefinitions, c.clearRoles, c.awaitNamespaces}
	for _, step := range steps {
		if err := step(ctx); err != nil {
			t.Errorf("clear the cluster: %v", err)
		}
	}
}

// own lists the names of cluster-wide objects that have the operator's name in theirs.
func (c *cluster) own(ctx context.Context, resources, part string) ([]string, error) {
	output, err := c.Kubectl(ctx, "get", resources, "--output", "name")
	if err != nil {
		return nil, err
	}
	var names []string
	for _, name := range strings.Fields(output) {
		if strings.Contains(name, part) {
			names = append(names, name)
		}
	}
	return names, nil
}

func (c *cluster) remove(ctx context.Context, resources, part string) error {
	names, err := c.own(ctx, resources, part)
	if err != nil || len(names) == 0 {
		return err
	}
	_, err = c.Kubectl(ctx, append([]string{"delete", "--ignore-not-found"}, names...)...)
	return err
}

func (c *cluster) clearWebhooks(ctx context.Context) error {
	return c.remove(ctx, "validatingwebhookconfigurations,mutatingwebhookconfigurations", "kestra-operator")
}

func (c *cluster) clearRoles(ctx context.Context) error {
	return c.remove(ctx, "clusterroles,clusterrolebindings", "kestra-operator")
}

// clearNamespaces ends every operator, and begins to end the rest.
func (c *cluster) clearNamespaces(ctx context.Context) error {
	names, err := c.temporaryNamespaces(ctx)
	if err != nil || len(names) == 0 {
		return err
	}
	if _, err := c.Kubectl(ctx, append([]string{"delete", "--wait=false", "--ignore-not-found"}, names...)...); err != nil {
		return err
	}
	_, err = c.Kubectl(ctx, "delete", "deployments", "--all-namespaces", "--selector", "app.kubernetes.io/name=kestra-operator", "--cascade=foreground")
	return err
}

func (c *cluster) temporaryNamespaces(ctx context.Context) ([]string, error) {
	output, err := c.Kubectl(ctx, "get", "namespaces", "--output", "name")
	if err != nil {
		return nil, err
	}
	var names []string
	for _, name := range strings.Fields(output) {
		if !permanent[strings.TrimPrefix(name, "namespace/")] {
			names = append(names, name)
		}
	}
	return names, nil
}

// clearObjects takes the finalizers off objects and deletes them.
func (c *cluster) clearObjects(ctx context.Context) error {
	var errs []error
	for _, kind := range kinds {
		output, err := c.Kubectl(ctx, "get", kind, "--all-namespaces", "--ignore-not-found", "--output", `jsonpath={range .items[*]}{.metadata.namespace}/{.metadata.name}{"\n"}{end}`)
		if err != nil {
			continue // there is no such definition
		}
		for _, object := range strings.Fields(output) {
			namespace, name, _ := strings.Cut(object, "/")
			_, err := c.Kubectl(ctx, "patch", kind, name, "--namespace", namespace, "--type=merge", `--patch={"metadata":{"finalizers":null}}`)
			if err != nil && !strings.Contains(err.Error(), "NotFound") {
				errs = append(errs, err)
			}
		}
		_, err = c.Kubectl(ctx, "delete", kind, "--all", "--all-namespaces", "--timeout=60s")
		errs = append(errs, err)
	}
	return errors.Join(errs...)
}

func (c *cluster) clearDefinitions(ctx context.Context) error {
	return c.remove(ctx, "customresourcedefinitions", "model.kestra.io")
}

// awaitNamespaces returns when the next test can use any name.
func (c *cluster) awaitNamespaces(ctx context.Context) error {
	var names []string
	err := wait.PollUntilContextTimeout(ctx, poll, patience, true, func(ctx context.Context) (done bool, err error) {
		names, err = c.temporaryNamespaces(ctx)
		return len(names) == 0, err
	})
	if err != nil {
		return fmt.Errorf("wait until %v are gone: %w", names, err)
	}
	return nil
}
