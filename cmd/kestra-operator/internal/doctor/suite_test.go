package doctor_test

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"path/filepath"
	"testing"
	"time"

	certmanagerv1 "github.com/cert-manager/cert-manager/pkg/apis/certmanager/v1"
	"go.uber.org/goleak"
	"go.uber.org/zap/zapcore"
	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	discoveryv1 "k8s.io/api/discovery/v1"
	apiextensionsv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/util/wait"
	clientgoscheme "k8s.io/client-go/kubernetes/scheme"
	"k8s.io/client-go/rest"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/kestra-operator/kestra-operator/cmd/kestra-operator/internal/config"
	"github.com/kestra-operator/kestra-operator/cmd/kestra-operator/internal/doctor"
	"github.com/kestra-operator/kestra-operator/cmd/kestra-operator/internal/operator"
	"github.com/kestra-operator/kestra-operator/controllers/kestra"
	"github.com/kestra-operator/kestra-operator/schemas/flow"
	"github.com/kestra-operator/kestra-operator/schemas/v1alpha1"
	"github.com/kestra-operator/kestra-operator/test/cluster"
	devkestra "github.com/kestra-operator/kestra-operator/test/kestra"
	"github.com/kestra-operator/kestra-operator/test/suite"
)

const (
	namespace = "kestra-operator-system"
	name      = "kestra-operator"
	patience  = 60 * time.Second
)

// plane is one API server for every test of this package.
var plane *cluster.ControlPlane

func TestMain(m *testing.M) {
	suite.Suite{Plane: &plane, Bare: true, Leaks: []goleak.Option{
		suite.MetadataWatch(),
		// The rotator polls with a backoff of seconds that does not know of the context.
		goleak.IgnoreAnyFunction("github.com/open-policy-agent/cert-controller/pkg/rotator.(*CertRotator).ensureReady"),
		goleak.IgnoreAnyFunction("github.com/open-policy-agent/cert-controller/pkg/rotator.(*CertRotator).ensureCertsMounted"),
	}}.Main(m)
}

// world is an installation: the project's own manifests, a running operator, and a Kestra.
type world struct {
	t      *testing.T
	client client.Client
	kestra *devkestra.Server
	// stop ends the operator.
	stop context.CancelFunc
	done chan error
}

// install applies the manifests that make the operator its own authority. No kubelet and no controller manager runs, so
// what these would do is done here, and by run.
func install(t *testing.T) *world {
	t.Helper()
	w := &world{t: t, kestra: devkestra.Start(t, devkestra.Options{Version: "1.3.44"}), done: make(chan error, 1)}
	w.client = newClient(t, plane.Config())
	for _, arguments := range [][]string{
		{"apply", "--server-side", "-k", "../../../../config/crd"},
		{"apply", "--server-side", "-k", "../../../../config/self-managed"},
	} {
		if _, err := plane.Kubectl(t.Context(), arguments...); err != nil {
			t.Fatal(err)
		}
	}
	credentials := w.kestra.Credentials()
	w.create(&corev1.Secret{
		ObjectMeta: metav1.ObjectMeta{Namespace: namespace, Name: "kestra-operator-credentials"},
		StringData: map[string]string{"KESTRA_API_URL": w.kestra.URL(), "KESTRA_API_BASIC_AUTH": credentials.Username + ":" + credentials.Password},
	})
	w.create(&discoveryv1.EndpointSlice{
		ObjectMeta:  metav1.ObjectMeta{Namespace: namespace, Name: "webhook", Labels: map[string]string{discoveryv1.LabelServiceName: "kestra-operator-webhook"}},
		AddressType: discoveryv1.AddressTypeIPv4,
		Endpoints:   []discoveryv1.Endpoint{{Addresses: []string{"10.1.2.3"}}},
	})
	var deployment appsv1.Deployment
	w.get(namespace, name, &deployment)
	deployment.Status = appsv1.DeploymentStatus{Replicas: 2, ReadyReplicas: 2}
	if err := w.client.Status().Update(t.Context(), &deployment); err != nil {
		t.Fatal(err)
	}
	return w
}

func newClient(t *testing.T, access *rest.Config) client.Client {
	t.Helper()
	scheme := runtime.NewScheme()
	for _, add := range []func(*runtime.Scheme) error{
		clientgoscheme.AddToScheme, apiextensionsv1.AddToScheme, certmanagerv1.AddToScheme, v1alpha1.AddToScheme,
	} {
		if err := add(scheme); err != nil {
			t.Fatal(err)
		}
	}
	c, err := client.New(access, client.Options{Scheme: scheme})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// run starts the operator in this process, where its Service leads to, and waits until it is ready.
func (w *world) run() {
	w.t.Helper()
	var service corev1.Service
	w.get(namespace, "kestra-operator-webhook", &service)
	probes := freeAddress(w.t)
	credentials := w.kestra.Credentials()
	c := config.Config{
		Kestra: config.Kestra{URL: w.kestra.URL(), Username: credentials.Username, Password: config.Secret(credentials.Password), DefaultTenant: "main"},
		Webhook: config.Webhook{
			Host: service.Spec.ClusterIP, Port: 443, CertDir: filepath.Join(w.t.TempDir(), "certs"),
			SelfManaged: true, SecretName: "kestra-operator-webhook-cert", ServiceName: service.Name,
			ValidatingConfiguration: "kestra-operator-validating", MutatingConfiguration: "kestra-operator-mutating",
		},
		ReadOnlyLabel: flow.LabelModeAuto, ServerCheck: config.ServerCheckPreferred, CRDs: config.CRDNone,
		Name: name, Namespace: namespace, LeaderElect: true, Interval: time.Minute, Concurrency: 1,
		MetricsAddress: "0", ProbeAddress: probes, LogLevel: zapcore.ErrorLevel,
	}
	ctx, cancel := context.WithCancel(context.Background())
	w.stop = func() {
		cancel()
		if err := <-w.done; err != nil {
			w.t.Errorf("the operator ended with %v", err)
		}
		close(w.done)
	}
	go func() { w.done <- operator.Run(ctx, c, rest.CopyConfig(plane.Config())) }()
	w.await("the operator is ready", func(ctx context.Context) (bool, error) {
		request, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+probes+"/readyz", http.NoBody)
		if err != nil {
			return false, err
		}
		request.Close = true
		response, err := http.DefaultClient.Do(request)
		if err != nil {
			return false, w.stopped() // it may not listen yet
		}
		_ = response.Body.Close()
		return response.StatusCode == http.StatusOK, nil
	})
}

// stopped returns why the operator has ended; nil while it runs.
func (w *world) stopped() error {
	select {
	case err := <-w.done:
		return fmt.Errorf("the operator stopped: %w", err)
	default:
		return nil
	}
}

func freeAddress(t *testing.T) string {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = listener.Close() }()
	return listener.Addr().String()
}

func (w *world) await(what string, try func(context.Context) (bool, error)) {
	w.t.Helper()
	if err := wait.PollUntilContextTimeout(w.t.Context(), 50*time.Millisecond, patience, true, try); err != nil {
		w.t.Fatalf("%s: %v", what, err)
	}
}

func (w *world) create(obj client.Object) {
	w.t.Helper()
	if err := w.client.Create(w.t.Context(), obj); err != nil {
		w.t.Fatal(err)
	}
}

func (w *world) get(namespace, name string, into client.Object) {
	w.t.Helper()
	if err := w.client.Get(w.t.Context(), client.ObjectKey{Namespace: namespace, Name: name}, into); err != nil {
		w.t.Fatal(err)
	}
}

// patient is the world as an administrator sees it, with Kestra in reach.
func (w *world) patient() doctor.Patient {
	w.t.Helper()
	return doctor.Patient{
		Cluster: w.client, Access: plane.Config(), Tenant: "main", Now: time.Now,
		Kestra: w.to(w.kestra.URL(), w.kestra.Credentials().Password), KestraURL: w.kestra.URL(),
	}
}

// to returns a client of a Kestra with a password.
func (w *world) to(url, password string) *kestra.Client {
	w.t.Helper()
	to, err := kestra.New(kestra.Config{URL: url, Username: w.kestra.Credentials().Username, Password: password})
	if err != nil {
		w.t.Fatal(err)
	}
	w.t.Cleanup(to.Close)
	return to
}
