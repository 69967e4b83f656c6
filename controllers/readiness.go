package controllers

import (
	"context"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/kestra-operator/kestra-operator/schemas/v1alpha1"
)

// readinessTimeout bounds a look at the cache, which answers at once when it is complete.
const readinessTimeout = 5 * time.Second

// readiness is a metric: how many objects of each kind are how, counted in the cache whenever somebody asks.
type readiness struct {
	*prometheus.GaugeVec
	index *TargetIndex
	mu    sync.Mutex // one count at a time
}

// Readiness returns the metric of how many objects there are, by kind and by their condition Ready. Every replica could
// count, so let only the leader do it.
func (x *TargetIndex) Readiness() prometheus.Collector {
	return &readiness{index: x, GaugeVec: prometheus.NewGaugeVec(prometheus.GaugeOpts{
		Name: "kestra_operator_objects",
		Help: "Objects by kind and by status (True, False or Unknown) and reason of their condition Ready; the reason is " +
			"empty for an object that no pass was made over yet. Told by the leader.",
	}, []string{"kind", "ready", "reason"})}
}

// Collect counts the objects.
func (r *readiness) Collect(metrics chan<- prometheus.Metric) {
	r.mu.Lock()
	defer r.mu.Unlock()
	ctx, cancel := context.WithTimeout(context.Background(), readinessTimeout)
	defer cancel()
	r.Reset()
	for name, kind := range r.index.kinds {
		list := kind.newList()
		if r.index.cache.List(ctx, list, client.UnsafeDisableDeepCopy) != nil {
			continue // no number is better than a wrong one
		}
		r.WithLabelValues(name, string(metav1.ConditionTrue), v1alpha1.ReasonSucceeded) // there, also when it is 0
		for _, obj := range kind.items(list) {
			ready, reason := metav1.ConditionUnknown, ""
			if now := meta.FindStatusCondition(kind.status(obj).Conditions, v1alpha1.ConditionReady); now != nil {
				ready, reason = now.Status, now.Reason
			}
			r.WithLabelValues(name, string(ready), reason).Inc()
		}
	}
	r.GaugeVec.Collect(metrics)
}

// onlyReady keeps of conditions what is counted: whether the object is ready, and why not.
func onlyReady(conditions []metav1.Condition) []metav1.Condition {
	ready := meta.FindStatusCondition(conditions, v1alpha1.ConditionReady)
	if ready == nil {
		return nil
	}
	return []metav1.Condition{{Type: v1alpha1.ConditionReady, Status: ready.Status, Reason: ready.Reason}}
}
