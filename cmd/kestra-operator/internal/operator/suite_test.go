package operator

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	certmanagerv1 "github.com/cert-manager/cert-manager/pkg/apis/certmanager/v1"
	"github.com/go-logr/logr"
	"go.uber.org/goleak"
	"go.uber.org/zap/zapcore"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/wait"
	"k8s.io/client-go/rest"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/log"

	"github.com/kestra-operator/kestra-operator/cmd/kestra-operator/internal/config"
	"github.com/kestra-operator/kestra-operator/schemas/flow"
	"github.com/kestra-operator/kestra-operator/test/cluster"
	"github.com/kestra-operator/kestra-operator/test/kestra"
	"github.com/kestra-operator/kestra-operator/test/process"
)

const (
	namespace = "kestra-operator-system"
	patience  = 30 * time.Second
)

func TestMain(m *testing.M) {
	log.SetLogger(logr.Discard())
	goleak.VerifyTestMain(m,
		// The rotator polls with a backoff of seconds that does not know of the context.
		goleak.IgnoreAnyFunction("github.com/open-policy-agent/cert-controller/pkg/rotator.(*CertRotator).ensureReady"),
		goleak.IgnoreAnyFunction("github.com/open-policy-agent/cert-controller/pkg/rotator.(*CertRotator).ensureCertsMounted"),
	)
}

// world is a control plane with what an installation puts beside the operator.
type world struct {
	plane  *cluster.ControlPlane
	client client.Client
	// access is how the operator reaches the API server.
	access *rest.Config
}

func newWorld(t *testing.T) world {
	t.Helper()
	plane := cluster.StartForTest(t)
	scheme, err := newScheme()
	if err != nil {
		t.Fatal(err)
	}
	if err := certmanagerv1.AddToScheme(scheme); err != nil {
		t.Fatal(err)
	}
	c, err := client.New(plane.Config(), client.Options{Scheme: scheme})
	if err != nil {
		t.Fatal(err)
	}
	return world{plane: plane, client: c, access: plane.Config()}
}

// install makes what stands beside the operator, its definitions left out, and returns the Service's address.
func (w world) install(t *testing.T) string {
	t.Helper()
	service := &corev1.Service{
		ObjectMeta: metav1.ObjectMeta{Namespace: namespace, Name: "kestra-operator-webhook"},
		Spec:       corev1.ServiceSpec{Ports: []corev1.ServicePort{{Port: 443}}},
	}
	for _, object := range []client.Object{&corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: namespace}}, service} {
		if err := w.client.Create(t.Context(), object); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := w.plane.Kubectl(t.Context(), "apply", "-f", "../../../../config/webhook/manifests.yaml"); err != nil {
		t.Fatal(err)
	}
	return service.Spec.ClusterIP
}

// running is an operator in this process.
type running struct {
	config config.Config
	folder string
	server *kestra.Server
	stop   func() error
	done   chan error // holds the error that the operator stopped with
}

// run starts the operator with the changes that a test makes to its configuration, and waits until it is ready.
func (w world) run(t *testing.T, serviceIP string, change func(*config.Config)) running {
	t.Helper()
	r := w.begin(t, serviceIP, change)
	r.awaitReady(t)
	return r
}

// begin starts the operator.
func (w world) begin(t *testing.T, serviceIP string, change func(*config.Config)) running {
	t.Helper()
	server := kestra.Start(t, kestra.Options{})
	folder := t.TempDir()
	c := config.Config{
		Kestra: config.Kestra{
			URL: server.URL(), Username: server.Credentials().Username,
			Password: config.Secret(server.Credentials().Password), DefaultTenant: kestra.DefaultTenant,
		},
		Webhook: config.Webhook{
			Host: serviceIP, Port: 443, CertDir: filepath.Join(folder, "certs"),
			SelfManaged: true, SecretName: "kestra-operator-webhook-cert", ServiceName: "kestra-operator-webhook",
			ValidatingConfiguration: "kestra-operator-validating", MutatingConfiguration: "kestra-operator-mutating",
		},
		ReadOnlyLabel: flow.LabelModeAuto, ServerCheck: config.ServerCheckPreferred, CRDs: config.CRDOperator,
		Name: strings.ToLower(t.Name()), Namespace: namespace, LeaderElect: true, Interval: time.Minute, Concurrency: 1,
		MetricsAddress: "0", ProbeAddress: process.FreeAddress(t), LogLevel: zapcore.ErrorLevel,
	}
	if change != nil {
		change(&c)
	}
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- Run(ctx, c, rest.CopyConfig(w.access)) }()
	stop := func() error {
		cancel()
		select {
		case err := <-done:
			done <- err
			return err
		case <-time.After(patience):
			return fmt.Errorf("the operator did not stop within %s", patience)
		}
	}
	t.Cleanup(func() { _ = stop() }) // a test that cares for the error stops it itself
	return running{config: c, folder: folder, server: server, stop: stop, done: done}
}

func (r running) awaitReady(t *testing.T) {
	t.Helper()
	eventually(t, "the operator is ready", func() error {
		select {
		case err := <-r.done:
			r.done <- err
			t.Fatalf("the operator stopped: %v", err)
		default:
		}
		return r.probe(t, "/readyz")
	})
}

// probe asks a path of the probe server.
func (r running) probe(t *testing.T, path string) error {
	t.Helper()
	return process.Probe(t.Context(), r.config.ProbeAddress, path)
}

// eventually waits until there is no error.
func eventually(t *testing.T, what string, try func() error) {
	t.Helper()
	var last error
	err := wait.PollUntilContextTimeout(t.Context(), 50*time.Millisecond, patience, true, func(context.Context) (bool, error) {
		last = try()
		return last == nil, nil
	})
	if err != nil {
		t.Fatalf("%s: not within %s: %v", what, patience, last)
	}
}

func writeFile(t *testing.T, path string, content []byte) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, content, 0o600); err != nil {
		t.Fatal(err)
	}
}
