package catalog

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/apimachinery/pkg/util/wait"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/log"

	"github.com/kestra-operator/kestra-operator/controllers/kestra"
	"github.com/kestra-operator/kestra-operator/schemas/flow"
)

const (
	// DefaultInterval between two looks at the server's version and plugins. One look is one small call.
	DefaultInterval = time.Minute
	// jitter spreads the looks of several operators, as a share of the interval.
	jitter = 0.2
	// untoldIntervals is after how many looks the schema of a server that does not tell its plugins is read again.
	untoldIntervals = 10
	// plausibleShare of the core types of a server's line must stand in its schema: every Kestra has them, so
	// a schema without them is a broken answer, and judging by it would refuse good flows.
	plausibleShare = 0.75
)

// Server is what the refresher asks of Kestra.
type Server interface {
	Server(ctx context.Context) (kestra.Server, error)
	ReadFlowSchema(ctx context.Context, read func(io.Reader) error) error
}

// Refresher saves the catalog of the server in a ConfigMap whenever the server's version or plugins change. Only
// the leader runs it.
type Refresher struct {
	// Kestra is the server whose catalog is kept.
	Kestra Server
	// Client reads and writes the ConfigMap, uncached.
	Client client.Client
	// ConfigMap is where the catalog is saved.
	ConfigMap types.NamespacedName
	// Interval between two looks, with a jitter of a fifth; DefaultInterval when 0.
	Interval time.Duration
	// Again, when it is not nil, asks for a look now: a server that accepts a type which the catalog does not
	// know has other plugins than it had. It is a matter of sooner only: what a replica that does not lead has
	// come across is found at the next look, or the tenth of a server that does not tell its plugins.
	Again <-chan struct{}

	// lastRead is when the schema of a server that does not tell its plugins was last read.
	lastRead time.Time
}

// NeedLeaderElection is true: one replica asks the server for all.
func (r *Refresher) NeedLeaderElection() bool { return true }

// Start refreshes until the context ends. A failure is tried again at the next look, and logged when it is a new one.
func (r *Refresher) Start(ctx context.Context) error {
	interval := r.Interval
	if interval <= 0 {
		interval = DefaultInterval
	}
	logger := log.FromContext(ctx).WithName("catalog")
	timer := time.NewTimer(0)
	defer timer.Stop()
	logged := ""
	for {
		again := false
		select {
		case <-ctx.Done():
			return nil
		case <-timer.C:
		case <-r.Again:
			again = time.Since(r.lastRead) > interval
		}
		again = again || time.Since(r.lastRead) > untoldIntervals*interval
		failure := ""
		if err := r.refresh(ctx, again); err != nil && ctx.Err() == nil {
			if failure = err.Error(); failure != logged {
				logger.Error(err, "the catalog stays as it is; flows are judged by it, and by Kestra's own word")
			}
		} else if err == nil {
			checkedTimestamp.SetToCurrentTime()
		}
		logged = failure
		timer.Reset(wait.Jitter(interval, jitter))
	}
}

// refresh saves the server's catalog when the saved one is of another server, or cannot be read. A server that does
// not tell its plugins never looks like another one, so its schema is read again when that is asked for.
func (r *Refresher) refresh(ctx context.Context, again bool) error {
	server, err := r.Kestra.Server(ctx)
	if err != nil {
		return fmt.Errorf("ask Kestra for its version: %w", err)
	}
	saved, err := r.saved(ctx)
	if err != nil {
		return err
	}
	before, err := load(saved)
	if errors.Is(err, errOtherFormat) && saved.ResourceVersion != "" && saved.Annotations[annotationFormat] > format {
		return fmt.Errorf("ConfigMap %s was saved by a newer release", r.ConfigMap)
	}
	untold := again && server.PluginsHash == 0
	if err == nil && describes(saved, server) && !untold {
		return nil
	}
	if untold {
		r.lastRead = time.Now()
	}
	made, madeErr := r.read(ctx, server, before)
	if madeErr != nil && before != nil && saved.Annotations[AnnotationVersion] == server.Version {
		return madeErr // the last good one is of this version
	}
	if untold && describes(saved, server) && made != nil && before != nil && made.Key() == before.Key() {
		return nil
	}
	if err := r.store(ctx, saved, server, made); err != nil {
		return errors.Join(madeErr, err)
	}
	return madeErr
}

// saved returns the ConfigMap, an empty one when there is none.
func (r *Refresher) saved(ctx context.Context) (*corev1.ConfigMap, error) {
	configMap := &corev1.ConfigMap{}
	err := r.Client.Get(ctx, r.ConfigMap, configMap)
	if apierrors.IsNotFound(err) {
		return &corev1.ConfigMap{ObjectMeta: metav1.ObjectMeta{
			Name: r.ConfigMap.Name, Namespace: r.ConfigMap.Namespace,
			Labels: map[string]string{"app.kubernetes.io/managed-by": "kestra-operator"},
		}}, nil
	}
	if err != nil {
		return nil, fmt.Errorf("read the saved catalog: %w", err)
	}
	return configMap, nil
}

// read makes the catalog of a server from its flow schema.
func (r *Refresher) read(ctx context.Context, server kestra.Server, before *flow.Catalog) (*flow.Catalog, error) {
	var made *flow.Catalog
	err := r.Kestra.ReadFlowSchema(ctx, func(schema io.Reader) (err error) {
		made, err = flow.CatalogFromSchema(schema, server.Version)
		return err
	})
	if err == nil {
		err = plausible(made, before)
	}
	if err != nil {
		return nil, fmt.Errorf("read the flow schema of Kestra %s: %w", server.Version, err)
	}
	return made, nil
}

// plausible refuses a catalog that lacks what every server of its line has.
func plausible(made, before *flow.Catalog) error {
	core, err := flow.Embedded(made.Version())
	if err != nil {
		if core = before; core == nil { // a line that this release does not know
			return nil
		}
	}
	if missing, of := made.Lacks(core); float64(missing) > (1-plausibleShare)*float64(of) {
		return fmt.Errorf("%d of %d core types are not in it, so the answer is not trusted", missing, of)
	}
	return nil
}

func (r *Refresher) store(ctx context.Context, configMap *corev1.ConfigMap, server kestra.Server, made *flow.Catalog) error {
	if err := save(configMap, server, made); err != nil {
		return err
	}
	write := func() error { return r.Client.Update(ctx, configMap) }
	if configMap.ResourceVersion == "" {
		write = func() error { return r.Client.Create(ctx, configMap) }
	}
	if err := write(); err != nil {
		return fmt.Errorf("save the catalog in ConfigMap %s: %w", r.ConfigMap, err)
	}
	return nil
}
