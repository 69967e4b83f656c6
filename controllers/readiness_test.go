package controllers

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/prometheus/client_golang/prometheus"
	dto "github.com/prometheus/client_model/go"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	toolscache "k8s.io/client-go/tools/cache"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/kestra-operator/kestra-operator/schemas/v1alpha1"
)

func TestReadinessFollowsTheCache(t *testing.T) {
	const kind = "KestraFlow"
	complete := false
	index := &TargetIndex{kinds: map[string]indexedKind{kind: {counted: func() bool { return complete }}}}
	counts := newReadiness(index)
	events := counts.follow(kind, func(obj client.Object) *v1alpha1.SyncStatus { return &obj.(*v1alpha1.KestraFlow).Status.SyncStatus })
	flow := func(uid types.UID, ready metav1.ConditionStatus, reason string) *v1alpha1.KestraFlow {
		obj := &v1alpha1.KestraFlow{ObjectMeta: metav1.ObjectMeta{Name: "f", UID: uid}}
		if reason != "" {
			obj.Status.Conditions = []metav1.Condition{{Type: v1alpha1.ConditionReady, Status: ready, Reason: reason}}
		}
		return obj
	}
	expect := func(when string, want map[string]float64) {
		t.Helper()
		if diff := cmp.Diff(want, told(t, counts)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", when, diff)
		}
	}
	fresh, ready, failed := flow("a", "", ""), flow("a", metav1.ConditionTrue, "Succeeded"), flow("b", metav1.ConditionFalse, "Drifted")
	events.OnAdd(fresh, true)
	expect("before the cache is complete", map[string]float64{})
	complete = true
	expect("a new object", map[string]float64{"Unknown ": 1, "True Succeeded": 0})
	events.OnUpdate(fresh, ready)
	events.OnAdd(failed, false)
	expect("one that is ready, one that is not", map[string]float64{"True Succeeded": 1, "False Drifted": 1})
	events.OnUpdate(failed, flow("c", metav1.ConditionTrue, "Succeeded"))
	expect("one was deleted and made anew unseen", map[string]float64{"True Succeeded": 2})
	events.OnDelete(flow("a", metav1.ConditionFalse, "Drifted"))
	expect("one is gone, and was last seen otherwise", map[string]float64{"True Succeeded": 1})
	events.OnDelete(toolscache.DeletedFinalStateUnknown{Obj: flow("c", "", "")})
	events.OnDelete(flow("never seen", "", ""))
	expect("all are gone", map[string]float64{"True Succeeded": 0})
}

// told is what a metric of objects tells, by ready and reason.
func told(t *testing.T, collector prometheus.Collector) map[string]float64 {
	t.Helper()
	metrics := make(chan prometheus.Metric, 100)
	collector.Collect(metrics)
	close(metrics)
	found := map[string]float64{}
	for metric := range metrics {
		var read dto.Metric
		if err := metric.Write(&read); err != nil {
			t.Fatal(err)
		}
		labels := map[string]string{}
		for _, label := range read.GetLabel() {
			labels[label.GetName()] = label.GetValue()
		}
		found[labels["ready"]+" "+labels["reason"]] = read.GetGauge().GetValue()
	}
	return found
}
