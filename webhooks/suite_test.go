package webhooks_test

import (
	"context"
	"crypto/tls"
	"errors"
	"net"
	"strconv"
	"sync"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	apiextensionsv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/wait"
	"k8s.io/client-go/rest"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/envtest"
	"sigs.k8s.io/controller-runtime/pkg/metrics/server"
	"sigs.k8s.io/controller-runtime/pkg/webhook"

	"github.com/kestra-operator/kestra-operator/config/crd"
	"github.com/kestra-operator/kestra-operator/schemas/flow"
	"github.com/kestra-operator/kestra-operator/test/cluster"
	"github.com/kestra-operator/kestra-operator/test/suite"
	"github.com/kestra-operator/kestra-operator/webhooks"
)

const (
	pollInterval = 20 * time.Millisecond
	pollTimeout  = 30 * time.Second
)

// plane is one API server for every test of this package, since starting one takes seconds.
var plane *cluster.ControlPlane

func TestMain(m *testing.M) { suite.Suite{Plane: &plane}.Main(m) }

// installCRDs installs the definitions, changed by change if given, and waits until they are served.
func installCRDs(config *rest.Config, change func(*apiextensionsv1.CustomResourceDefinition)) error {
	definitions, err := crd.All()
	if err != nil {
		return err
	}
	for _, definition := range definitions {
		if change != nil {
			change(definition)
		}
	}
	_, err = envtest.InstallCRDs(config, envtest.CRDInstallOptions{CRDs: definitions})
	return err
}

// user is a client together with the warnings it was given.
type user struct {
	client.Client
	mu       sync.Mutex
	warnings []string
}

func (u *user) HandleWarningHeader(_ int, _ string, text string) {
	u.mu.Lock()
	defer u.mu.Unlock()
	u.warnings = append(u.warnings, text)
}

// takeWarnings returns the warnings since the last time.
func (u *user) takeWarnings() []string {
	u.mu.Lock()
	defer u.mu.Unlock()
	warnings := u.warnings
	u.warnings = nil
	return warnings
}

func newUser(t testing.TB, config *rest.Config) *user {
	t.Helper()
	u := &user{}
	config = rest.CopyConfig(config)
	config.WarningHandler = u
	c, err := client.New(config, client.Options{Scheme: suite.Scheme()})
	if err != nil {
		t.Fatal(err)
	}
	u.Client = c
	return u
}

// newNamespace makes a namespace that only this test uses.
func newNamespace(t testing.TB, c client.Client) string {
	t.Helper()
	namespace := &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{GenerateName: "webhooks-"}}
	if err := c.Create(t.Context(), namespace); err != nil {
		t.Fatal(err)
	}
	return namespace.Name
}

// embeddedCatalog is the newest catalog, for every flow.
func embeddedCatalog() *flow.Catalog { return nil }

// serveWebhooks registers the webhooks at the API server as the manifests say, and serves them until the test
// ends or the returned function is called. The registration stays until the test ends.
func serveWebhooks(t testing.TB, options webhooks.Options) (stop func()) {
	t.Helper()
	if options.Catalog == nil {
		options.Catalog = embeddedCatalog
	}
	return serve(t, func(mgr ctrl.Manager) error { return webhooks.SetupWithManager(mgr, options) })
}

// serve does so with the handlers that register adds.
func serve(t testing.TB, register func(ctrl.Manager) error) (stop func()) {
	t.Helper()
	config := plane.Config()
	install := &envtest.WebhookInstallOptions{Paths: []string{"../config/webhook/manifests.yaml"}, LocalServingHost: "127.0.0.1"}
	if err := install.Install(config); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { removeWebhooks(t, config, install) })
	mgr, err := ctrl.NewManager(config, ctrl.Options{
		Scheme:  suite.Scheme(),
		Metrics: server.Options{BindAddress: "0"},
		WebhookServer: webhook.NewServer(webhook.Options{
			Host: install.LocalServingHost, Port: install.LocalServingPort, CertDir: install.LocalServingCertDir,
		}),
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := register(mgr); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	stopped := make(chan error, 1)
	go func() { stopped <- mgr.Start(ctx) }()
	stop = sync.OnceFunc(func() {
		cancel()
		if err := <-stopped; err != nil {
			t.Errorf("the manager ended with: %v", err)
		}
	})
	t.Cleanup(stop)
	served = net.JoinHostPort(install.LocalServingHost, strconv.Itoa(install.LocalServingPort))
	awaitTLS(t, served)
	return stop
}

// served is where the webhooks were served last.
var served string

func removeWebhooks(t testing.TB, config *rest.Config, install *envtest.WebhookInstallOptions) {
	c, err := client.New(config, client.Options{Scheme: suite.Scheme()})
	if err != nil {
		t.Error(err)
		return
	}
	for _, configuration := range install.MutatingWebhooks {
		err = errors.Join(err, c.Delete(context.Background(), configuration))
	}
	for _, configuration := range install.ValidatingWebhooks {
		err = errors.Join(err, c.Delete(context.Background(), configuration))
	}
	if err := errors.Join(err, install.Cleanup()); err != nil {
		t.Error(err)
	}
}

// awaitTLS waits until somebody serves TLS at an address.
func awaitTLS(t testing.TB, address string) {
	t.Helper()
	eventually(t, "the webhooks are served", func(ctx context.Context) (bool, error) {
		dialer := tls.Dialer{Config: &tls.Config{InsecureSkipVerify: true}} // only asks whether it is there
		connection, err := dialer.DialContext(ctx, "tcp", address)
		if connection == nil {
			return false, nil
		}
		return err == nil, errors.Join(err, connection.Close())
	})
}

func eventually(t testing.TB, what string, condition wait.ConditionWithContextFunc) {
	t.Helper()
	if err := wait.PollUntilContextTimeout(t.Context(), pollInterval, pollTimeout, true, condition); err != nil {
		t.Fatalf("wait until %s: %v", what, err)
	}
}
