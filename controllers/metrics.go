package controllers

import (
	"github.com/prometheus/client_golang/prometheus"
	"sigs.k8s.io/controller-runtime/pkg/metrics"

	"github.com/kestra-operator/kestra-operator/schemas/v1alpha1"
)

var (
	driftsTotal = prometheus.NewCounterVec(prometheus.CounterOpts{
		Name: "kestra_operator_drifts_total",
		Help: "Targets found changed in Kestra, by kind and by what was done: repaired, reported or contended.",
	}, []string{"kind", "action"})

	serverUp = prometheus.NewGaugeVec(prometheus.GaugeOpts{
		Name: "kestra_operator_server_up",
		Help: "1 for the state that the last call of Kestra showed (ok, unavailable or unauthorized), 0 for the others.",
	}, []string{"state"})
)

func init() {
	metrics.Registry.MustRegister(driftsTotal, serverUp)
	for _, kind := range v1alpha1.Kinds() {
		for _, action := range []string{"repaired", "reported", "contended"} {
			driftsTotal.WithLabelValues(kind, action) // the first step of a counter is only seen from its 0
		}
	}
}
