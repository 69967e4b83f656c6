package operator

import (
	"context"
	"fmt"

	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/manager"

	"github.com/kestra-operator/kestra-operator/cmd/kestra-operator/internal/config"
	"github.com/kestra-operator/kestra-operator/controllers"
	"github.com/kestra-operator/kestra-operator/controllers/catalog"
	"github.com/kestra-operator/kestra-operator/controllers/kestra"
	"github.com/kestra-operator/kestra-operator/controllers/verdict"
	"github.com/kestra-operator/kestra-operator/schemas/flow"
	"github.com/kestra-operator/kestra-operator/webhooks"
)

// addRooms puts admission and reconciling into a manager. Nothing is changed in Kestra unless mayWrite agrees; nil always does.
func addRooms(ctx context.Context, mgr manager.Manager, cluster client.Client, c config.Config, mayWrite func() error) error {
	server, err := c.Kestra.Client(withObservedCalls, func(config *kestra.Config) { config.MayChange = mayWrite })
	if err != nil {
		return err
	}
	outdated := make(chan struct{}, 1)
	catalogs, err := addCatalog(mgr, cluster, c, server, outdated)
	if err != nil {
		return err
	}
	verdicts := verdict.New(server, 0)
	targets, err := controllers.NewTargetIndex(ctx, mgr, c.Kestra.DefaultTenant)
	if err != nil {
		return err
	}
	if err := addMetrics(mgr, ownMetric{targets.Readiness(), true}, ownMetric{verdicts.Breaker(), false}); err != nil {
		return err
	}
	if err := webhooks.SetupWithManager(mgr, webhookOptions(c, cluster, verdicts, catalogs, targets, outdated)); err != nil {
		return err
	}
	hashKey, err := controllers.EnsureHashKey(ctx, cluster, types.NamespacedName{Namespace: c.Namespace, Name: c.HashKeyName()})
	if err != nil {
		return err
	}
	return controllers.SetupWithManager(mgr, controllers.Options{
		Kestra:         server,
		Targets:        targets,
		Catalog:        catalogs.Current,
		CatalogChanges: catalogs.Changes(),
		Accepted:       verdicts.Accepted,
		ReadOnlyLabel:  c.ReadOnlyLabel,
		HashKey:        hashKey,
		References:     c.References,
		TargetPolicy:   targetPolicy(c),
		UIURL:          c.Kestra.UIURL,
		Interval:       c.Interval,
		Concurrency:    c.Concurrency,
	})
}

func webhookOptions(
	c config.Config, cluster client.Client, verdicts *verdict.Checker, catalogs *catalog.Holder, targets *controllers.TargetIndex, outdated chan<- struct{},
) webhooks.Options {
	options := webhooks.Options{
		Catalog:             catalogs.Current,
		ReadOnlyLabel:       c.ReadOnlyLabel,
		Targets:             targets,
		TargetPolicy:        targetPolicy(c),
		ServerCheckRequired: c.ServerCheck == config.ServerCheckRequired,
		CatalogOutdated: func() {
			select {
			case outdated <- struct{}{}:
			default: // a look is due already
			}
		},
	}
	if c.References {
		options.Access = webhooks.NewAccessReviewer(cluster)
	}
	if c.ServerCheck != config.ServerCheckOff {
		options.ServerCheck = tenantDefault{verdicts, c.Kestra.DefaultTenant}
	}
	return options
}

// targetPolicy returns the policy as admission and the controllers ask it; nil when there is none. An object
// that names no tenant is in the default one.
func targetPolicy(c config.Config) func(kubernetesNamespace, tenant, namespace string) error {
	if c.Policy == nil {
		return nil
	}
	return func(kubernetesNamespace, tenant, namespace string) error {
		if tenant == "" {
			tenant = c.Kestra.DefaultTenant
		}
		return c.Policy.Check(kubernetesNamespace, tenant, namespace)
	}
}

// tenantDefault asks about flows that name no tenant in the default one.
type tenantDefault struct {
	webhooks.ServerChecker
	tenant string
}

// CheckFlow fills in the tenant.
func (d tenantDefault) CheckFlow(ctx context.Context, tenant string, source []byte) ([]flow.Finding, error) {
	if tenant == "" {
		tenant = d.tenant
	}
	return d.ServerChecker.CheckFlow(ctx, tenant, source)
}

// addCatalog returns the holder of what the judge asks: the embedded catalog of a pinned version, or else
// that of the server, as soon as it has told. A signal on outdated has the leader look at the server now.
func addCatalog(mgr manager.Manager, cluster client.Client, c config.Config, server *kestra.Client, outdated <-chan struct{}) (*catalog.Holder, error) {
	embedded, err := flow.Embedded(c.Kestra.Version)
	if err != nil {
		return nil, fmt.Errorf("--kestra-version: %w", err)
	}
	holder := catalog.NewHolder(embedded)
	if c.Kestra.Version != "" {
		return holder, nil
	}
	saved := types.NamespacedName{Namespace: c.Namespace, Name: c.CatalogName()}
	for _, runnable := range []manager.Runnable{
		&catalog.Refresher{Kestra: server, Client: cluster, ConfigMap: saved, Again: outdated},
		&catalog.Watcher{Config: mgr.GetConfig(), ConfigMap: saved, Holder: holder},
	} {
		if err := mgr.Add(runnable); err != nil {
			return nil, fmt.Errorf("set up the catalog: %w", err)
		}
	}
	return holder, nil
}
