package controllers

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"k8s.io/apimachinery/pkg/util/wait"
	"k8s.io/client-go/util/workqueue"
	"k8s.io/utils/clock"
	"sigs.k8s.io/controller-runtime/pkg/builder"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/controller"
	"sigs.k8s.io/controller-runtime/pkg/event"
	"sigs.k8s.io/controller-runtime/pkg/manager"
	"sigs.k8s.io/controller-runtime/pkg/predicate"
	"sigs.k8s.io/controller-runtime/pkg/reconcile"

	"github.com/kestra-operator/kestra-operator/controllers/kestra"
	"github.com/kestra-operator/kestra-operator/schemas/flow"
)

const (
	// DefaultInterval is how often a target is looked at when nothing else says so.
	DefaultInterval = 10 * time.Minute
	// DefaultConcurrency is about how many objects of a kind Kestra is called at a time.
	DefaultConcurrency = 8
	// reconcileTimeout bounds one pass over one object.
	reconcileTimeout = 2 * time.Minute
	// firstRetry and lastRetry bound the wait before an object with a problem is tried again.
	firstRetry = time.Second
	lastRetry  = 5 * time.Minute
)

// Options of the controllers.
type Options struct {
	// Kestra is the server to keep. Required.
	Kestra *kestra.Client
	// Targets knows which object keeps which target, and what the default tenant is. Required.
	Targets *TargetIndex
	// Catalog returns what the server can run; nil means the newest embedded catalog. Required.
	Catalog func() *flow.Catalog
	// CatalogChanges holds a signal after the catalog has changed; flows are judged again then. May be nil.
	CatalogChanges <-chan struct{}
	// Accepted is true when Kestra took this very flow a moment ago, in admission, so that it need not be asked
	// once more. May be nil.
	Accepted func(tenant string, source []byte) bool
	// ReadOnlyLabel says whether the label system.readOnly is set in what is sent: in every mode but off.
	ReadOnlyLabel flow.LabelMode
	// HashKey keys the hashes of values and files in status. Required; see EnsureHashKey.
	HashKey []byte
	// References allows content from Secrets and ConfigMaps, which takes permission to get, list and watch them.
	References bool
	// TargetPolicy returns an error when objects of a Kubernetes namespace may not write to a namespace of a Kestra
	// tenant; nil allows everything. The error says what is allowed.
	TargetPolicy func(kubernetesNamespace, tenant, namespace string) error
	// UIURL is where people see Kestra, for the URL in a flow's status; none when empty.
	UIURL string
	// Interval between two sweeps for drift, and between two looks at a target that no sweep covers: one with a
	// problem, or one that says its own. DefaultInterval when 0.
	Interval time.Duration
	// Concurrency is about how many objects of each kind Kestra is called at a time; DefaultConcurrency when 0. A few
	// times as many are reconciled.
	Concurrency int
	// Clock tells the time; the real one when nil.
	Clock clock.PassiveClock
}

func (o Options) withDefaults() (Options, error) {
	switch {
	case o.Kestra == nil:
		return o, errors.New("controllers: no Kestra client was given")
	case o.Targets == nil:
		return o, errors.New("controllers: no target index was given")
	case o.Catalog == nil:
		return o, errors.New("controllers: no catalog was given")
	case len(o.HashKey) == 0:
		return o, errors.New("controllers: no hash key was given")
	}
	if o.Interval <= 0 {
		o.Interval = DefaultInterval
	}
	if o.Concurrency <= 0 {
		o.Concurrency = DefaultConcurrency
	}
	if o.Clock == nil {
		o.Clock = clock.RealClock{}
	}
	return o, nil
}

// SetupWithManager adds one controller per kind to the manager. They run on the leader only.
func SetupWithManager(mgr manager.Manager, options Options) error {
	options, err := options.withDefaults()
	if err != nil {
		return err
	}
	options.Targets.allowed = options.TargetPolicy
	values := &valueReader{live: boundedReader{mgr.GetAPIReader()}, references: options.References}
	hashes := keyedHash(options.HashKey)
	server := &serverState{}
	return errors.Join(
		setup(mgr, options, server, &flowStrategy{
			server: options.Kestra, catalog: options.Catalog, changes: options.CatalogChanges, accepted: options.Accepted,
			label: options.ReadOnlyLabel, uiURL: options.UIURL, absent: newAbsentFlows(options.Kestra, options.Clock),
		}),
		setup(mgr, options, server, &keyValueStrategy{
			server: options.Kestra, values: values, hashes: hashes, clock: options.Clock,
		}),
		setup(mgr, options, server, &fileStrategy{server: options.Kestra, values: values, hashes: hashes}),
	)
}

func setup[T client.Object](mgr manager.Manager, options Options, server *serverState, kind strategy[T]) error {
	name := strings.ToLower(kind.kind())
	r := &Reconciler[T]{
		client:   mgr.GetClient(),
		live:     boundedReader{mgr.GetAPIReader()},
		kind:     kind,
		targets:  options.Targets,
		events:   &outcomes{recorder: mgr.GetEventRecorder("kestra-operator")},
		server:   server,
		interval: options.Interval,
		clock:    options.Clock,
		turns:    make(turns, options.Concurrency),
	}
	r.sweep = &driftSweep[T]{
		cache: mgr.GetCache(), kind: kind, interval: options.Interval, suspects: make(chan event.GenericEvent),
	}
	limiter := workqueue.NewTypedItemExponentialFailureRateLimiter[reconcile.Request](firstRetry, lastRetry)
	build := builder.ControllerManagedBy(mgr).
		Named(name).
		For(kind.newObject(), builder.WithPredicates(predicate.Or(
			predicate.GenerationChangedPredicate{}, reconcileRequested{}))).
		Watches(kind.newObject(), siblings(options.Targets, kind)).
		WithOptions(controller.Options{
			MaxConcurrentReconciles: passesPerTurn * options.Concurrency,
			ReconciliationTimeout:   reconcileTimeout,
			RateLimiter:             jittered{limiter},
		})
	if err := watchDrift(mgr, build, r.sweep); err != nil {
		return err
	}
	if reads, ok := any(kind).(referrer[T]); ok && options.References {
		if err := watchReferences(mgr, build, kind, reads); err != nil {
			return err
		}
	}
	if judged, ok := any(kind).(catalogJudged); ok && judged.catalogChanges() != nil {
		if err := watchCatalog(mgr, build, kind, judged.catalogChanges()); err != nil {
			return err
		}
	}
	if err := build.Complete(traced{kind.kind(), discreet{r}}); err != nil {
		return fmt.Errorf("set up the controller of %s: %w", kind.kind(), err)
	}
	return nil
}

// jittered spreads the waits of a rate limiter.
type jittered struct {
	workqueue.TypedRateLimiter[reconcile.Request]
}

func (j jittered) When(item reconcile.Request) time.Duration {
	return wait.Jitter(j.TypedRateLimiter.When(item), jitter)
}
