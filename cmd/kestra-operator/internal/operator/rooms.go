package operator

import (
	"fmt"

	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/controller-runtime/pkg/manager"

	"github.com/kestra-operator/kestra-operator/cmd/kestra-operator/internal/config"
	"github.com/kestra-operator/kestra-operator/controllers/catalog"
	"github.com/kestra-operator/kestra-operator/controllers/kestra"
	"github.com/kestra-operator/kestra-operator/schemas/flow"
	"github.com/kestra-operator/kestra-operator/webhooks"
)

// catalogConfigMap is where the leader saves what its Kestra can run, for every replica to judge by.
const catalogConfigMap = "kestra-operator-catalog"

// addRooms puts admission and reconciling into a manager.
func addRooms(mgr manager.Manager, c config.Config) error {
	server, err := kestra.New(kestra.Config{
		URL:       c.Kestra.URL,
		Username:  c.Kestra.Username,
		Password:  c.Kestra.Password.Reveal(),
		Token:     c.Kestra.APIKey.Reveal(),
		UserAgent: "kestra-operator",
	})
	if err != nil {
		return err
	}
	catalogs, err := addCatalog(mgr, c, server)
	if err != nil {
		return err
	}
	return webhooks.SetupWithManager(mgr, webhooks.Options{
		Catalog:       catalogs.Current,
		ReadOnlyLabel: c.ReadOnlyLabel,
		Access:        webhooks.NewAccessReviewer(mgr.GetClient()),
	})
}

// addCatalog returns the holder of what the judge asks: the embedded catalog of a pinned version, or else
// that of the server, as soon as it has told.
func addCatalog(mgr manager.Manager, c config.Config, server *kestra.Client) (*catalog.Holder, error) {
	embedded, err := flow.Embedded(c.Kestra.Version)
	if err != nil {
		return nil, fmt.Errorf("--kestra-version: %w", err)
	}
	holder := catalog.NewHolder(embedded)
	if c.Kestra.Version != "" {
		return holder, nil
	}
	saved := types.NamespacedName{Namespace: c.Namespace, Name: catalogConfigMap}
	for _, runnable := range []manager.Runnable{
		&catalog.Refresher{Kestra: server, Client: mgr.GetClient(), ConfigMap: saved},
		&catalog.Watcher{Config: mgr.GetConfig(), ConfigMap: saved, Holder: holder},
	} {
		if err := mgr.Add(runnable); err != nil {
			return nil, fmt.Errorf("set up the catalog: %w", err)
		}
	}
	return holder, nil
}
