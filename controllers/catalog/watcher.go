package catalog

import (
	"context"
	"fmt"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/fields"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/client-go/rest"
	toolscache "k8s.io/client-go/tools/cache"
	"sigs.k8s.io/controller-runtime/pkg/cache"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/log"
)

// Watcher puts the catalog saved in a ConfigMap in force. Every replica runs it.
type Watcher struct {
	// Config reaches the API server. The watcher keeps a cache of its own, of the one ConfigMap, because the
	// manager's may be limited to other namespaces.
	Config *rest.Config
	// ConfigMap is where the leader saves the catalog.
	ConfigMap types.NamespacedName
	// Holder is what the judge asks.
	Holder *Holder
}

// NeedLeaderElection is false: standbys judge too.
func (w *Watcher) NeedLeaderElection() bool { return false }

// Start follows the ConfigMap until the context ends. A catalog that cannot be read leaves the last good one in
// force; so does a ConfigMap that is deleted.
func (w *Watcher) Start(ctx context.Context) error {
	watched, err := cache.New(w.Config, cache.Options{ByObject: map[client.Object]cache.ByObject{
		&corev1.ConfigMap{}: {Namespaces: map[string]cache.Config{w.ConfigMap.Namespace: {
			FieldSelector: fields.OneTermEqualSelector("metadata.name", w.ConfigMap.Name),
		}}},
	}})
	if err != nil {
		return fmt.Errorf("watch the saved catalog: %w", err)
	}
	informer, err := watched.GetInformer(ctx, &corev1.ConfigMap{}, cache.BlockUntilSynced(false))
	if err != nil {
		return fmt.Errorf("watch the saved catalog: %w", err)
	}
	follow := func(object any) { w.apply(ctx, object) }
	_, err = informer.AddEventHandler(toolscache.ResourceEventHandlerFuncs{
		AddFunc: follow, UpdateFunc: func(_, object any) { follow(object) },
	})
	if err != nil {
		return fmt.Errorf("watch the saved catalog: %w", err)
	}
	return watched.Start(ctx)
}

func (w *Watcher) apply(ctx context.Context, object any) {
	configMap, ok := object.(*corev1.ConfigMap)
	if !ok {
		return
	}
	logger := log.FromContext(ctx).WithName("catalog").WithValues("configMap", w.ConfigMap)
	loaded, err := load(configMap)
	if err != nil {
		logger.Error(err, "the saved catalog cannot be read, the last good one stays in force")
		return
	}
	if w.Holder.set(loaded) {
		logger.Info("catalog in force", "kestraVersion", loaded.Version(), "complete", loaded.Complete(), "key", loaded.Key())
	}
}
