package webhooks

import (
	"context"
	"crypto/sha256"

	"go.opentelemetry.io/otel/attribute"
	"k8s.io/utils/lru"

	"github.com/kestra-operator/kestra-operator/schemas/flow"
)

// cachedReports bounds the cache. A report holds at most a few dozen findings, a few KiB.
const cachedReports = 512

// reports judges flow sources and remembers the latest reports, because one apply asks twice: the mutating
// handler and the validating one.
type reports struct {
	catalog func() *flow.Catalog
	options flow.Options
	cache   *lru.Cache
}

// reportKey is everything that a report depends on.
type reportKey struct {
	source   [sha256.Size]byte
	identity flow.Identity
	catalog  string
	options  flow.Options
}

func newReports(catalog func() *flow.Catalog, mode flow.LabelMode) *reports {
	options := flow.Options{AllowWritable: mode == flow.LabelModeOff, RequireReadOnly: mode == flow.LabelModeDeny}
	return &reports{catalog: catalog, options: options, cache: lru.New(cachedReports)}
}

// get returns the report on a source, made now or remembered.
func (r *reports) get(ctx context.Context, source *flow.Source, identity flow.Identity) flow.Report {
	catalog := r.catalog()
	key := r.key(source.Text(), identity, catalog)
	if report, found := r.cache.Get(key); found {
		admissionReports.WithLabelValues("memory").Inc()
		return report.(flow.Report)
	}
	admissionReports.WithLabelValues("judge").Inc()
	_, span := tracer.Start(ctx, "check flow")
	report := source.Check(identity, catalog, r.options)
	if span.IsRecording() {
		span.SetAttributes(attribute.Int("kestra_operator.source.bytes", len(source.Text())), attribute.Int("kestra_operator.findings", len(report.Findings)))
	}
	span.End()
	r.cache.Add(key, report)
	return report
}

// remember makes report the answer for text: the one that the label edit made of a judged one. Its lines are
// those of the text that the user wrote.
func (r *reports) remember(text []byte, identity flow.Identity, report flow.Report) {
	r.cache.Add(r.key(text, identity, r.catalog()), report)
}

func (r *reports) key(text []byte, identity flow.Identity, catalog *flow.Catalog) reportKey {
	key := reportKey{source: sha256.Sum256(text), identity: identity, options: r.options}
	if catalog != nil {
		key.catalog = catalog.Key()
	}
	return key
}
