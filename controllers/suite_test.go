package controllers_test

import (
	"context"
	"fmt"
	"net/http"
	"sync"
	"testing"
	"time"

	"github.com/go-logr/logr/funcr"
	"go.uber.org/goleak"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/apimachinery/pkg/util/wait"
	"k8s.io/client-go/rest"
	testclock "k8s.io/utils/clock/testing"
	"k8s.io/utils/ptr"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/cache"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/client/interceptor"
	"sigs.k8s.io/controller-runtime/pkg/config"
	metricsserver "sigs.k8s.io/controller-runtime/pkg/metrics/server"

	"github.com/kestra-operator/kestra-operator/controllers"
	"github.com/kestra-operator/kestra-operator/controllers/kestra"
	"github.com/kestra-operator/kestra-operator/schemas/flow"
	"github.com/kestra-operator/kestra-operator/schemas/v1alpha1"
	"github.com/kestra-operator/kestra-operator/test/cluster"
	devkestra "github.com/kestra-operator/kestra-operator/test/kestra"
	"github.com/kestra-operator/kestra-operator/test/suite"
)

const (
	pollInterval = 10 * time.Millisecond
	pollTimeout  = 30 * time.Second
	// highestVerbosity of the operator's program.
	highestVerbosity = 1
)

// plane is one API server for every test of this package, since starting one takes seconds.
var plane *cluster.ControlPlane

func TestMain(m *testing.M) {
	suite.Suite{Plane: &plane, Leaks: []goleak.Option{
		suite.MetadataWatch(),
		// So does controller-runtime's cache of chosen namespaces when it is stopped before it has synced.
		goleak.IgnoreTopFunction("sigs.k8s.io/controller-runtime/pkg/cache.newMultiNamespaceInformerHandlerRegistration.func1"),
	}}.Main(m)
}

// world is a Kubernetes namespace, a development Kestra, and an operator between the two.
type world struct {
	t         *testing.T
	client    client.Client
	namespace string
	kestra    *devkestra.Server
	clock     *testclock.FakePassiveClock

	// The operator's settings, read when it starts.
	options controllers.Options
	token   string // instead of HTTP Basic
	logs    *logBuffer
	objects labels.Selector // which objects the operator keeps; nil for all
	// defaultTenant is that of objects without one.
	defaultTenant string
	// otherNamespaces of Kubernetes are the operator's, too.
	otherNamespaces []string
	intercept       interceptor.Funcs
	stop            func()
	targets         *controllers.TargetIndex
}

// newWorld makes a world without an operator; start starts it.
func newWorld(t *testing.T, options devkestra.Options) *world {
	t.Helper()
	access := rest.CopyConfig(plane.Config())
	access.QPS = -1 // no limit: this client polls
	direct, err := client.New(access, client.Options{Scheme: suite.Scheme()})
	if err != nil {
		t.Fatal(err)
	}
	namespace := &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{GenerateName: "test-"}}
	if err := direct.Create(t.Context(), namespace); err != nil {
		t.Fatal(err)
	}
	catalog, err := flow.Embedded("")
	if err != nil {
		t.Fatal(err)
	}
	w := &world{
		t: t, client: direct, namespace: namespace.Name,
		kestra: devkestra.Start(t, options),
		logs:   &logBuffer{}, defaultTenant: "main",
		clock: testclock.NewFakePassiveClock(time.Now()),
	}
	w.options = controllers.Options{
		Catalog:    func() *flow.Catalog { return catalog },
		HashKey:    []byte("a key for the hashes of this test"),
		References: true,
		UIURL:      "https://kestra.example.com/",
		Interval:   time.Hour,
		Clock:      w.clock,
	}
	t.Cleanup(func() {
		for _, violation := range w.kestra.Violations() {
			t.Errorf("a call that would harm a real Kestra: %+v", violation)
		}
	})
	return w
}

// start starts the operator, which stops with the test or by w.stop.
func (w *world) start() *world {
	w.t.Helper()
	credentials := w.kestra.Credentials()
	caller, err := kestra.New(kestra.Config{
		URL: w.kestra.URL(), Username: credentials.Username, Password: credentials.Password, Token: w.token,
		Timeout: 2 * time.Second,
	})
	if err != nil {
		w.t.Fatal(err)
	}
	mgr := w.newManager()
	options := w.options
	options.Kestra = caller
	if options.Targets, err = controllers.NewTargetIndex(w.t.Context(), mgr, w.defaultTenant); err != nil {
		w.t.Fatal(err)
	}
	w.targets = options.Targets
	if err := controllers.SetupWithManager(mgr, options); err != nil {
		w.t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- mgr.Start(ctx) }()
	w.stop = sync.OnceFunc(func() {
		cancel()
		if err := <-done; err != nil {
			w.t.Errorf("the manager: %v", err)
		}
		caller.Close()
	})
	w.t.Cleanup(w.stop)
	return w
}

func (w *world) newManager() ctrl.Manager {
	w.t.Helper()
	cacheOptions := controllers.CacheOptions()
	cacheOptions.DefaultNamespaces = map[string]cache.Config{w.namespace: {}}
	for _, namespace := range w.otherNamespaces {
		cacheOptions.DefaultNamespaces[namespace] = cache.Config{}
	}
	for kind, options := range cacheOptions.ByObject {
		options.Label = w.objects
		cacheOptions.ByObject[kind] = options
	}
	mgr, err := ctrl.NewManager(plane.Config(), ctrl.Options{
		Scheme:     suite.Scheme(),
		Cache:      cacheOptions,
		Logger:     funcr.New(w.logs.write, funcr.Options{Verbosity: highestVerbosity}),
		Metrics:    metricsserver.Options{BindAddress: "0"},
		Controller: config.Controller{SkipNameValidation: ptr.To(true)},
		NewClient: func(config *rest.Config, options client.Options) (client.Client, error) {
			direct, err := client.NewWithWatch(config, options)
			if err != nil {
				return nil, err
			}
			return interceptor.NewClient(direct, w.intercept), nil
		},
	})
	if err != nil {
		w.t.Fatal(err)
	}
	return mgr
}

// create stores objects in the world's Kubernetes namespace.
func (w *world) create(objects ...client.Object) {
	w.t.Helper()
	for _, obj := range objects {
		obj.SetNamespace(w.namespace)
		if err := w.client.Create(w.t.Context(), obj); err != nil {
			w.t.Fatal(err)
		}
	}
}

// update changes an object as someone with kubectl would.
func update[T client.Object](w *world, obj T, change func(T)) {
	w.t.Helper()
	w.eventually("the update of "+obj.GetName(), func(ctx context.Context) (bool, error) {
		if err := w.client.Get(ctx, client.ObjectKeyFromObject(obj), obj); err != nil {
			return false, err
		}
		base := obj.DeepCopyObject().(T)
		change(obj)
		return true, w.client.Patch(ctx, obj, client.MergeFrom(base))
	})
}

// delete deletes an object and waits until it is gone.
func (w *world) delete(obj client.Object) {
	w.t.Helper()
	w.beginDeletion(obj)
	w.awaitGone(obj)
}

func (w *world) beginDeletion(obj client.Object) {
	w.t.Helper()
	if err := w.client.Delete(w.t.Context(), obj); err != nil {
		w.t.Fatal(err)
	}
}

func (w *world) awaitGone(obj client.Object) {
	w.t.Helper()
	w.eventually("the end of "+obj.GetName(), func(ctx context.Context) (bool, error) {
		err := w.client.Get(ctx, client.ObjectKeyFromObject(obj), obj)
		return err != nil, client.IgnoreNotFound(err)
	})
}

// requestReconcile asks for a pass now and waits until it was made.
func (w *world) requestReconcile(obj client.Object) {
	w.t.Helper()
	stamp := fmt.Sprint(time.Now().UnixNano())
	update(w, obj, func(obj client.Object) {
		annotations := obj.GetAnnotations()
		if annotations == nil {
			annotations = map[string]string{}
		}
		annotations[v1alpha1.AnnotationReconcileAt] = stamp
		obj.SetAnnotations(annotations)
	})
	w.eventually("the echo of a request to reconcile "+obj.GetName(), func(ctx context.Context) (bool, error) {
		err := w.client.Get(ctx, client.ObjectKeyFromObject(obj), obj)
		return err == nil && suite.StatusOf(obj).LastHandledReconcileAt == stamp, err
	})
}

// awaitReady waits until the condition Ready of an object's current generation has the status and reason.
func (w *world) awaitReady(obj client.Object, status metav1.ConditionStatus, reason string) {
	w.t.Helper()
	defer func() {
		if w.t.Failed() {
			w.t.Logf("the last status of %s: %+v", obj.GetName(), *suite.StatusOf(obj))
		}
	}()
	w.eventually(fmt.Sprintf("Ready=%s, reason %s, of %s", status, reason, obj.GetName()), func(ctx context.Context) (bool, error) {
		if err := w.client.Get(ctx, client.ObjectKeyFromObject(obj), obj); err != nil {
			return false, err
		}
		ready := conditionOf(obj, v1alpha1.ConditionReady)
		return ready.Status == status && ready.Reason == reason &&
			suite.StatusOf(obj).ObservedGeneration == obj.GetGeneration(), nil
	})
}

func (w *world) awaitSynced(objects ...client.Object) {
	w.t.Helper()
	for _, obj := range objects {
		w.awaitReady(obj, metav1.ConditionTrue, v1alpha1.ReasonSucceeded)
	}
}

// eventually polls until a condition holds.
func (w *world) eventually(what string, holds func(context.Context) (bool, error)) {
	w.t.Helper()
	if err := wait.PollUntilContextTimeout(w.t.Context(), pollInterval, pollTimeout, true, holds); err != nil {
		w.t.Fatalf("waiting for %s: %v", what, err)
	}
}

// awaitLooks waits until Kestra was read so many times more.
func (w *world) awaitLooks(count int) {
	w.t.Helper()
	reads := func() int {
		return len(w.kestra.Requests(func(r devkestra.Request) bool { return r.Method == http.MethodGet }))
	}
	before := reads()
	w.eventually("looks at Kestra", func(context.Context) (bool, error) { return reads() >= before+count, nil })
}

// conditionOf returns a condition; its zero value when the object does not have it.
func conditionOf(obj client.Object, kind string) metav1.Condition {
	if c := meta.FindStatusCondition(suite.StatusOf(obj).Conditions, kind); c != nil {
		return *c
	}
	return metav1.Condition{}
}
