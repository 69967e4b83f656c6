package operator

import (
	"context"
	"fmt"
	"os"
	"path/filepath"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/fields"
	"k8s.io/apimachinery/pkg/types"
	toolscache "k8s.io/client-go/tools/cache"
	"sigs.k8s.io/controller-runtime/pkg/cache"
	"sigs.k8s.io/controller-runtime/pkg/log"
	"sigs.k8s.io/controller-runtime/pkg/manager"
)

// secretFiles copies a Secret's certificate into a folder, at once and whenever it changes. A mounted Secret would
// follow only after up to a minute, and no pod could start and tell why its Secret is not there.
type secretFiles struct {
	secrets cache.Cache
	folder  string
}

func addSecretFiles(mgr manager.Manager, key types.NamespacedName, folder string) error {
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return fmt.Errorf("make the folder of --cert-dir: %w", err)
	}
	only := cache.Config{FieldSelector: fields.OneTermEqualSelector(metav1.ObjectNameField, key.Name)}
	secrets, err := cache.New(mgr.GetConfig(), cache.Options{
		Scheme:            mgr.GetScheme(),
		HTTPClient:        mgr.GetHTTPClient(),
		Mapper:            mgr.GetRESTMapper(),
		DefaultNamespaces: map[string]cache.Config{key.Namespace: only},
	})
	if err != nil {
		return fmt.Errorf("watch Secret %s: %w", key, err)
	}
	return mgr.Add(&secretFiles{secrets: secrets, folder: folder})
}

// GetCache tells the manager to start it on every replica together with its other caches, not when those are full.
func (f *secretFiles) GetCache() cache.Cache { return f.secrets }

// Start follows the Secret until the context ends.
func (f *secretFiles) Start(ctx context.Context) error {
	informer, err := f.secrets.GetInformer(ctx, &corev1.Secret{}, cache.BlockUntilSynced(false))
	if err != nil {
		return fmt.Errorf("watch the webhook certificate's Secret: %w", err)
	}
	write := func(object any) {
		if secret, ok := object.(*corev1.Secret); ok {
			if err := f.write(secret); err != nil {
				log.FromContext(ctx).Error(err, "The webhook certificate cannot be written to --cert-dir")
			}
		}
	}
	_, err = informer.AddEventHandler(toolscache.ResourceEventHandlerFuncs{
		AddFunc:    write,
		UpdateFunc: func(_, object any) { write(object) },
	})
	if err != nil {
		return fmt.Errorf("watch the webhook certificate's Secret: %w", err)
	}
	return f.secrets.Start(ctx)
}

// write replaces the files, the key first: a reader in between finds a pair that does not match and keeps
// what it has.
func (f *secretFiles) write(secret *corev1.Secret) error {
	for _, name := range []string{corev1.TLSPrivateKeyKey, corev1.TLSCertKey} {
		if len(secret.Data[name]) == 0 {
			return nil // nobody has filled it in yet
		}
		path := filepath.Join(f.folder, name)
		if err := os.WriteFile(path+".new", secret.Data[name], 0o600); err != nil {
			return err
		}
		if err := os.Rename(path+".new", path); err != nil {
			return err
		}
	}
	return nil
}
