package operator

import (
	"context"
	"crypto/tls"
	"fmt"
	"sync"
	"time"

	corev1 "k8s.io/api/core/v1"
	apiextensionsv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/types"
	clientgoscheme "k8s.io/client-go/kubernetes/scheme"
	"k8s.io/client-go/rest"
	"k8s.io/utils/clock"
	"k8s.io/utils/ptr"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/cache"
	"sigs.k8s.io/controller-runtime/pkg/client"
	ctrlconfig "sigs.k8s.io/controller-runtime/pkg/config"
	"sigs.k8s.io/controller-runtime/pkg/healthz"
	"sigs.k8s.io/controller-runtime/pkg/log"
	"sigs.k8s.io/controller-runtime/pkg/manager"
	"sigs.k8s.io/controller-runtime/pkg/webhook"

	"github.com/kestra-operator/kestra-operator/cmd/kestra-operator/internal/config"
	"github.com/kestra-operator/kestra-operator/controllers"
	"github.com/kestra-operator/kestra-operator/schemas/v1alpha1"
)

// Run runs the operator until the context ends.
func Run(ctx context.Context, c config.Config, access *rest.Config) error {
	scheme, err := newScheme()
	if err != nil {
		return err
	}
	cluster, err := client.New(access, client.Options{Scheme: scheme})
	if err != nil {
		return fmt.Errorf("connect to the API server: %w", err)
	}
	if c.CRDs == config.CRDOperator {
		if err := installCRDs(ctx, cluster); err != nil {
			return err
		}
	}
	if err := awaitCRDs(ctx, cluster); err != nil {
		return err
	}
	var stopping shutdown
	mgr, err := newManager(ctx, c, access, cluster, &stopping)
	if err != nil {
		return err
	}
	if err := start(stopping.delayed(ctx, c.ShutdownDelay), mgr, &stopping.serving); err != nil {
		return fmt.Errorf("run: %w", err)
	}
	return nil
}

// start runs the manager until the context ends. A manager that is told to stop while its caches fill goes on until they are
// full, which takes a while with many objects, and for ever without an API server: the process ends without it.
func start(ctx context.Context, mgr starter, serving *sync.WaitGroup) error {
	full := make(cachesFull)
	if err := mgr.Add(full); err != nil {
		return err
	}
	ended := make(chan error, 1)
	go func() {
		err := mgr.Start(ctx)
		serving.Wait() // a manager that lost its lease waits for nobody
		ended <- err
	}()
	const grace = time.Second // for caches that are about to be full, and for a manager that has not begun to fill them
	late := make(chan struct{})
	context.AfterFunc(ctx, func() { time.AfterFunc(grace, func() { close(late) }) })
	select {
	case <-full:
		return <-ended
	case err := <-ended:
		return err
	case <-late:
		log.FromContext(ctx).Info("Stopping while the caches fill")
		return nil
	}
}

// starter is the part of a manager that starts it.
type starter interface {
	Add(runnable manager.Runnable) error
	Start(ctx context.Context) error
}

// cachesFull is closed by the manager once every cache is full.
type cachesFull chan struct{}

// Start is called by the manager.
func (f cachesFull) Start(context.Context) error {
	close(f)
	return nil
}

// NeedLeaderElection has it called on every replica.
func (f cachesFull) NeedLeaderElection() bool { return false }

// newScheme knows every type that the operator reads or writes.
func newScheme() (*runtime.Scheme, error) {
	scheme := runtime.NewScheme()
	for _, add := range []func(*runtime.Scheme) error{
		clientgoscheme.AddToScheme, apiextensionsv1.AddToScheme, v1alpha1.AddToScheme,
	} {
		if err := add(scheme); err != nil {
			return nil, fmt.Errorf("register types: %w", err)
		}
	}
	return scheme, nil
}

// newManager puts everything that runs into one manager.
func newManager(ctx context.Context, c config.Config, access *rest.Config, cluster client.Client, stopping *shutdown) (manager.Manager, error) {
	serving := &certificate{folder: c.Webhook.CertDir}
	options, err := managerOptions(c, cluster.Scheme(), serving)
	if err != nil {
		return nil, err
	}
	options.WebhookServer = closingServer{options.WebhookServer, stopping, c.ShutdownDelay, serving}
	elected, err := newLease(c, access, clock.RealClock{})
	if err != nil {
		return nil, err
	}
	options.LeaderElectionResourceLockInterface = elected
	mgr, err := ctrl.NewManager(access, options)
	if err != nil {
		return nil, fmt.Errorf("set up the manager: %w", err)
	}
	elected.LockConfig.EventRecorder = mgr.GetEventRecorderFor(elected.Identity()) //nolint:staticcheck // the lock takes no newer one
	if c.Webhook.SelfManaged {
		if err := addAuthority(ctx, mgr, cluster, c); err != nil {
			return nil, err
		}
	}
	if c.Webhook.SecretName != "" {
		if err := addSecretFiles(mgr, types.NamespacedName{Namespace: c.Namespace, Name: c.Webhook.SecretName}, c.Webhook.CertDir); err != nil {
			return nil, err
		}
	}
	wrong := &troubles{reader: mgr.GetAPIReader(), config: c, serving: serving, recorder: mgr.GetEventRecorder(config.DefaultName)}
	trusted := &trust{reader: mgr.GetAPIReader(), config: c.Webhook, serving: serving}
	ready := map[string]healthz.Checker{
		"shutdown":    stopping.check,
		"certificate": wrong.checkCertificate,
		"webhook":     serving.before(mgr.GetWebhookServer().StartedChecker()),
		"trust":       serving.before(trusted.check),
	}
	if err := mgr.Add(probeServer(c.ProbeAddress, ready)); err != nil {
		return nil, fmt.Errorf("set up the manager: %w", err)
	}
	if err := wrong.addLookouts(mgr); err != nil {
		return nil, err
	}
	if err := addMetrics(mgr, ownMetric{newCertificateExpiry(serving), false}); err != nil {
		return nil, err
	}
	var mayWrite func() error
	if c.LeaderElect {
		mayWrite = elected.mayWrite
	}
	return mgr, addRooms(ctx, mgr, cluster, c, mayWrite)
}

func managerOptions(c config.Config, scheme *runtime.Scheme, serving *certificate) (manager.Options, error) {
	informers, err := cacheOptions(c)
	if err != nil {
		return manager.Options{}, err
	}
	return manager.Options{
		Scheme:           scheme,
		Metrics:          metricsOptions(c, serving),
		PprofBindAddress: c.ProfileAddress,
		WebhookServer: webhook.NewServer(webhook.Options{
			Host: c.Webhook.Host, Port: c.Webhook.Port, TLSOpts: []func(*tls.Config){serving.configure},
		}),
		Cache: informers,
		// Read live: the cache would hold every Secret and ConfigMap of the cluster.
		Client: client.Options{Cache: &client.CacheOptions{DisableFor: []client.Object{&corev1.Secret{}, &corev1.ConfigMap{}}}},
		// Names are unique in this manager, and a process of the operator has no other; one of a test has several.
		Controller: ctrlconfig.Controller{SkipNameValidation: ptr.To(true)},

		LeaderElection:                c.LeaderElect,
		LeaderElectionID:              c.LeaseName(), // the name that metrics tell
		LeaderElectionReleaseOnCancel: true,          // the process ends when the manager does
		LeaseDuration:                 ptr.To(leaseDuration),
		RenewDeadline:                 ptr.To(renewDeadline),
		RetryPeriod:                   ptr.To(retryPeriod),
	}, nil
}

// cacheOptions limit what the informers hold to the namespaces and objects that the operator keeps.
func cacheOptions(c config.Config) (cache.Options, error) {
	selector, err := c.Selector()
	if err != nil {
		return cache.Options{}, err
	}
	informers := controllers.CacheOptions()
	for object, options := range informers.ByObject {
		options.Label = selector
		informers.ByObject[object] = options
	}
	informers.DefaultNamespaces = map[string]cache.Config{}
	for _, namespace := range c.WatchNamespaces {
		informers.DefaultNamespaces[namespace] = cache.Config{}
	}
	return informers, nil
}
