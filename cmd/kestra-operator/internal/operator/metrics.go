package operator

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"

	"github.com/prometheus/client_golang/prometheus"
	"sigs.k8s.io/controller-runtime/pkg/manager"
	"sigs.k8s.io/controller-runtime/pkg/metrics"
	metricsserver "sigs.k8s.io/controller-runtime/pkg/metrics/server"

	"github.com/kestra-operator/kestra-operator/cmd/kestra-operator/internal/config"
)

// metricsOptions say how metrics are served: to everybody, or with the certificate of admission to those whom
// the API server knows by their token and lets get /metrics.
func metricsOptions(c config.Config, serving *certificate) metricsserver.Options {
	options := metricsserver.Options{BindAddress: c.MetricsAddress}
	if c.MetricsSecure {
		options.SecureServing = true
		options.TLSOpts = []func(*tls.Config){serving.configure}
		options.FilterProvider = newGatekeeper
	}
	return options
}

// ownMetric is a metric of what belongs to one manager, told of while that runs.
type ownMetric struct {
	prometheus.Collector
	// leader is true when only the replica that leads tells of it.
	leader bool
}

func addMetrics(mgr manager.Manager, own ...ownMetric) error {
	for _, metric := range own {
		if err := mgr.Add(metric); err != nil {
			return fmt.Errorf("set up metrics: %w", err)
		}
	}
	return nil
}

// NeedLeaderElection tells the manager on which replicas to tell.
func (m ownMetric) NeedLeaderElection() bool { return m.leader }

// Start tells until the context ends. A second manager in the same process, which only a test has, tells nothing.
func (m ownMetric) Start(ctx context.Context) error {
	if err := metrics.Registry.Register(m.Collector); err != nil {
		if errors.As(err, &prometheus.AlreadyRegisteredError{}) {
			return nil
		}
		return fmt.Errorf("register a metric: %w", err)
	}
	defer metrics.Registry.Unregister(m.Collector)
	<-ctx.Done()
	return nil
}

// certificateExpiry is when the certificate ends that admission is served with; nothing while there is none.
type certificateExpiry struct {
	prometheus.Gauge
	serving *certificate
}

func newCertificateExpiry(serving *certificate) certificateExpiry {
	return certificateExpiry{serving: serving, Gauge: prometheus.NewGauge(prometheus.GaugeOpts{
		Name: "kestra_operator_certificate_expiry_timestamp_seconds",
		Help: "When the certificate ends that admission is served with, in Unix time. Absent while there is none.",
	})}
}

// Collect reads the certificate that is served now.
func (e certificateExpiry) Collect(metrics chan<- prometheus.Metric) {
	if chain, err := e.serving.chain(); err == nil && len(chain) > 0 {
		e.Set(float64(chain[0].NotAfter.Unix()))
		e.Gauge.Collect(metrics)
	}
}
