package operator

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"
	"path/filepath"

	"github.com/open-policy-agent/cert-controller/pkg/rotator"
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/fields"
	"k8s.io/apimachinery/pkg/types"
	toolscache "k8s.io/client-go/tools/cache"
	"sigs.k8s.io/controller-runtime/pkg/cache"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/log"
	"sigs.k8s.io/controller-runtime/pkg/manager"

	"github.com/kestra-operator/kestra-operator/cmd/kestra-operator/internal/config"
)

// authority is the self-managed certificate authority: it lives in a Secret, which every replica keeps
// fresh, writes the certificate to a folder, and gives the API server its own certificate to trust.
type authority struct {
	injected chan struct{}
}

// addAuthority puts the authority into a manager. Its Secret is created when it is not there.
func addAuthority(ctx context.Context, mgr manager.Manager, cluster client.Client, c config.Config) (*authority, error) {
	key := types.NamespacedName{Namespace: c.Namespace, Name: c.Webhook.SecretName}
	secret := &corev1.Secret{ObjectMeta: metav1.ObjectMeta{Namespace: key.Namespace, Name: key.Name}}
	if err := cluster.Create(ctx, secret); err != nil && !apierrors.IsAlreadyExists(err) {
		return nil, fmt.Errorf("create Secret %s for the webhook certificate: %w", key, err)
	}
	if err := os.MkdirAll(c.Webhook.CertDir, 0o700); err != nil {
		return nil, fmt.Errorf("make the folder of --cert-dir: %w", err)
	}
	if err := addSecretFiles(mgr, key, c.Webhook.CertDir); err != nil {
		return nil, err
	}
	a := &authority{injected: make(chan struct{})}
	service := c.Webhook.ServiceName + "." + c.Namespace + ".svc"
	err := rotator.AddRotator(mgr, &rotator.CertRotator{
		SecretKey:      key,
		CertDir:        c.Webhook.CertDir,
		CAName:         "kestra-operator-ca",
		CAOrganization: "kestra-operator",
		DNSName:        service,
		ExtraDNSNames:  append([]string{service + ".cluster.local"}, c.Webhook.ExtraDNSNames...),
		IsReady:        a.injected,
		FieldOwner:     "kestra-operator-certificates",
		Webhooks: []rotator.WebhookInfo{
			{Name: c.Webhook.ValidatingConfiguration, Type: rotator.Validating},
			{Name: c.Webhook.MutatingConfiguration, Type: rotator.Mutating},
		},
	})
	if err != nil {
		return nil, fmt.Errorf("set up the certificate authority: %w", err)
	}
	return a, nil
}

// check is a readiness check: before the API server trusts the authority, its calls would fail.
func (a *authority) check(*http.Request) error {
	select {
	case <-a.injected:
		return nil
	default:
		return errors.New("the webhook configurations do not have the certificate authority yet")
	}
}

// secretFiles copies a Secret's certificate into a folder, at once and whenever it changes: a mounted
// Secret would follow only after up to a minute.
type secretFiles struct {
	secrets cache.Cache
	folder  string
}

func addSecretFiles(mgr manager.Manager, key types.NamespacedName, folder string) error {
	only := cache.Config{FieldSelector: fields.OneTermEqualSelector("metadata.name", key.Name)}
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

// NeedLeaderElection is false: every replica serves admission.
func (*secretFiles) NeedLeaderElection() bool { return false }

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
			return nil // the authority has not filled it in yet
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
