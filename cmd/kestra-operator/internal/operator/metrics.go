package operator

import (
	"crypto/tls"

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
