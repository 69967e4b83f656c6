package catalog

import (
	"strconv"

	"github.com/prometheus/client_golang/prometheus"
	"sigs.k8s.io/controller-runtime/pkg/metrics"

	"github.com/kestra-operator/kestra-operator/schemas/flow"
)

var (
	checkedTimestamp = prometheus.NewGauge(prometheus.GaugeOpts{
		Name: "kestra_operator_catalog_checked_timestamp_seconds",
		Help: "When the catalog was last found to be that of the Kestra server, or made so, in Unix time; 0 on replicas that do not lead.",
	})

	catalogInfo = prometheus.NewGaugeVec(prometheus.GaugeOpts{
		Name: "kestra_operator_catalog_info",
		Help: "1 for the catalog that flows are judged by: the version of Kestra it is of, and whether it is " +
			"complete (true: made from the server's own schema) or only has the core (false).",
	}, []string{"kestra_version", "complete"})
)

func init() { metrics.Registry.MustRegister(checkedTimestamp, catalogInfo) }

// tellOf has the metric tell of the catalog in force.
func tellOf(catalog *flow.Catalog) {
	if catalog == nil {
		return
	}
	catalogInfo.Reset()
	catalogInfo.WithLabelValues(catalog.Version(), strconv.FormatBool(catalog.Complete())).Set(1)
}
