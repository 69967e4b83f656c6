package export_test

import (
	"context"
	"testing"
	"time"

	"go.uber.org/goleak"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/wait"
	"k8s.io/client-go/rest"
	"k8s.io/utils/ptr"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/cache"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/config"
	metricsserver "sigs.k8s.io/controller-runtime/pkg/metrics/server"

	"github.com/kestra-operator/kestra-operator/cmd/kestra-operator/internal/export"
	"github.com/kestra-operator/kestra-operator/cmd/kestra-operator/internal/manifest"
	"github.com/kestra-operator/kestra-operator/controllers"
	"github.com/kestra-operator/kestra-operator/controllers/kestra"
	"github.com/kestra-operator/kestra-operator/schemas/flow"
	"github.com/kestra-operator/kestra-operator/test/cluster"
	devkestra "github.com/kestra-operator/kestra-operator/test/kestra"
	"github.com/kestra-operator/kestra-operator/test/suite"
)

// plane is one API server for every test of this package.
var plane *cluster.ControlPlane

func TestMain(m *testing.M) {
	suite.Suite{Plane: &plane, Leaks: []goleak.Option{suite.MetadataWatch()}}.Main(m)
}

// world is a development Kestra, and a Kubernetes namespace that it moves to.
type world struct {
	t         *testing.T
	kestra    *devkestra.Server
	server    *kestra.Client
	client    client.Client
	namespace string
}

func newWorld(t *testing.T, options devkestra.Options) *world {
	t.Helper()
	w := &world{t: t, kestra: devkestra.Start(t, options)}
	w.server = newServer(t, w.kestra)
	access := rest.CopyConfig(plane.Config())
	access.QPS = -1 // no limit: this client polls
	var err error
	if w.client, err = client.New(access, client.Options{Scheme: suite.Scheme()}); err != nil {
		t.Fatal(err)
	}
	namespace := &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{GenerateName: "test-"}}
	if err := w.client.Create(t.Context(), namespace); err != nil {
		t.Fatal(err)
	}
	w.namespace = namespace.Name
	return w
}

func newServer(t *testing.T, dev *devkestra.Server) *kestra.Client {
	t.Helper()
	credentials := dev.Credentials()
	server, err := kestra.New(kestra.Config{URL: dev.URL(), Username: credentials.Username, Password: credentials.Password})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(server.Close)
	return server
}

// defaults are the options of an export that no test is about.
func defaults() export.Options {
	return export.Options{
		Tenant: "main", DefaultTenant: "main", Kinds: export.Kinds,
		Values: manifest.ValuesReference, InlineLimit: manifest.DefaultInlineLimit,
	}
}

// move exports the server and applies the result as a user would.
func (w *world) move(options export.Options) export.Result {
	w.t.Helper()
	result, err := export.FromServer(w.t.Context(), w.server, options)
	if err != nil {
		w.t.Fatal(err)
	}
	files, err := manifest.Render(result.Items, "")
	if err != nil {
		w.t.Fatal(err)
	}
	folder := w.t.TempDir()
	if err := manifest.Write(files, folder, nil); err != nil {
		w.t.Fatal(err)
	}
	if _, err := plane.Kubectl(w.t.Context(), "apply", "--server-side", "-n", w.namespace, "-k", folder); err != nil {
		w.t.Fatal(err)
	}
	w.kestra.ResetRequests()
	return result
}

// operate starts the real controllers for the world's namespace, until the test ends.
func (w *world) operate(mode flow.LabelMode) {
	w.t.Helper()
	cacheOptions := controllers.CacheOptions()
	cacheOptions.DefaultNamespaces = map[string]cache.Config{w.namespace: {}}
	mgr, err := ctrl.NewManager(plane.Config(), ctrl.Options{
		Scheme: suite.Scheme(), Cache: cacheOptions,
		Metrics:    metricsserver.Options{BindAddress: "0"},
		Controller: config.Controller{SkipNameValidation: ptr.To(true)},
	})
	if err != nil {
		w.t.Fatal(err)
	}
	targets, err := controllers.NewTargetIndex(w.t.Context(), mgr, "main")
	if err != nil {
		w.t.Fatal(err)
	}
	err = controllers.SetupWithManager(mgr, controllers.Options{
		Kestra: w.server, Targets: targets, Catalog: func() *flow.Catalog { return nil }, ReadOnlyLabel: mode,
		HashKey: []byte("a key for the hashes of this test"), References: true,
	})
	if err != nil {
		w.t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- mgr.Start(ctx) }()
	w.t.Cleanup(func() {
		cancel()
		if err := <-done; err != nil {
			w.t.Errorf("the manager: %v", err)
		}
	})
}

// reasons are those of the condition Ready, by kind and name.
func (w *world) reasons(ctx context.Context) (map[string]string, error) {
	reasons := map[string]string{}
	for _, kind := range []string{"KestraFlow", "KestraKeyValue", "KestraNamespaceFile"} {
		list := newList(kind)
		if err := w.client.List(ctx, list, client.InNamespace(w.namespace)); err != nil {
			return nil, err
		}
		for _, item := range list.Items {
			reasons[kind+"/"+item.GetName()] = readyReason(item)
		}
	}
	return reasons, nil
}

// await waits until every object has one of the reasons, and returns them.
func (w *world) await(wanted ...string) map[string]string {
	w.t.Helper()
	var reasons map[string]string
	err := wait.PollUntilContextTimeout(w.t.Context(), 20*time.Millisecond, 60*time.Second, true, func(ctx context.Context) (bool, error) {
		var err error
		if reasons, err = w.reasons(ctx); err != nil {
			return false, err
		}
		for _, reason := range reasons {
			if !contains(wanted, reason) {
				return false, nil
			}
		}
		return true, nil
	})
	if err != nil {
		w.t.Fatalf("waiting for %q: %v; there is %v", wanted, err, reasons)
	}
	return reasons
}
