package controllers

import (
	"sync"
	"unique"

	"github.com/prometheus/client_golang/prometheus"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	toolscache "k8s.io/client-go/tools/cache"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/kestra-operator/kestra-operator/schemas/v1alpha1"
)

// readiness is a metric: how many objects of each kind are how. It follows the cache, so that nobody who asks has a hundred
// thousand objects listed.
type readiness struct {
	*prometheus.GaugeVec
	index *TargetIndex

	mu sync.Mutex
	// objects are how those of each kind are.
	objects map[string]map[types.UID]readyState
}

// readyState is the status and the reason of a condition Ready, as two labels.
type readyState = unique.Handle[[2]string]

func newReadiness(index *TargetIndex) *readiness {
	return &readiness{
		index: index, objects: map[string]map[types.UID]readyState{},
		GaugeVec: prometheus.NewGaugeVec(prometheus.GaugeOpts{
			Name: "kestra_operator_objects",
			Help: "Objects by kind and by status (True, False or Unknown) and reason of their condition Ready; the reason is " +
				"empty for an object that no pass was made over yet. Told by the leader.",
		}, []string{"kind", "ready", "reason"}),
	}
}

// Readiness returns the metric of how many objects there are, by kind and by their condition Ready. Every replica could
// tell, so let only the leader do it.
func (x *TargetIndex) Readiness() prometheus.Collector { return x.readiness }

// Collect counts the objects.
func (r *readiness) Collect(metrics chan<- prometheus.Metric) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.Reset()
	for kind, objects := range r.objects {
		if !r.index.kinds[kind].counted() {
			continue // no number is better than a wrong one
		}
		r.WithLabelValues(kind, string(metav1.ConditionTrue), v1alpha1.ReasonSucceeded) // there, also when it is 0
		counts := map[readyState]int{}
		for _, state := range objects {
			counts[state]++
		}
		for state, count := range counts {
			r.WithLabelValues(kind, state.Value()[0], state.Value()[1]).Set(float64(count))
		}
	}
	r.GaugeVec.Collect(metrics)
}

// follow returns a handler that notes how the objects of a kind are.
func (r *readiness) follow(kind string, status func(client.Object) *v1alpha1.SyncStatus) toolscache.ResourceEventHandler {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.objects[kind] = map[types.UID]readyState{}
	note := func(in any) {
		if obj, ok := in.(client.Object); ok {
			r.note(kind, obj.GetUID(), stateOf(status(obj)))
		}
	}
	return toolscache.ResourceEventHandlerFuncs{
		AddFunc: note,
		UpdateFunc: func(old, obj any) {
			if before, ok := old.(client.Object); ok && before.GetUID() != obj.(client.Object).GetUID() {
				r.forget(kind, before.GetUID()) // deleted and made anew while nobody watched
			}
			note(obj)
		},
		DeleteFunc: func(in any) {
			if tombstone, ok := in.(toolscache.DeletedFinalStateUnknown); ok {
				in = tombstone.Obj
			}
			if obj, ok := in.(client.Object); ok {
				r.forget(kind, obj.GetUID())
			}
		},
	}
}

func (r *readiness) note(kind string, uid types.UID, now readyState) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.objects[kind][uid] = now
}

func (r *readiness) forget(kind string, uid types.UID) {
	r.mu.Lock()
	defer r.mu.Unlock()
	delete(r.objects[kind], uid)
}

func stateOf(status *v1alpha1.SyncStatus) readyState {
	ready := meta.FindStatusCondition(status.Conditions, v1alpha1.ConditionReady)
	if ready == nil {
		return unique.Make([2]string{string(metav1.ConditionUnknown), ""})
	}
	return unique.Make([2]string{string(ready.Status), ready.Reason})
}

// onlyReady keeps of conditions what is counted: whether the object is ready, and why not.
func onlyReady(conditions []metav1.Condition) []metav1.Condition {
	ready := meta.FindStatusCondition(conditions, v1alpha1.ConditionReady)
	if ready == nil {
		return nil
	}
	return []metav1.Condition{{Type: v1alpha1.ConditionReady, Status: ready.Status, Reason: ready.Reason}}
}
