package controllers

import (
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/tools/events"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/kestra-operator/kestra-operator/controllers/kestra"
	"github.com/kestra-operator/kestra-operator/schemas/v1alpha1"
)

// maxEventNote bounds an event's text, in bytes; the API server refuses 1 024 and more.
const maxEventNote = 1000

// outcomes tells people and monitoring how passes end, only when an outcome differs from the one before.
type outcomes struct {
	recorder events.EventRecorder
}

// tell sends an event when the object's condition Ready has changed. That a new object became ready at once is none: its
// status says so, and for a mass of new objects it would be a fourth of what the API server has to write.
func (o *outcomes) tell(obj client.Object, before, after *v1alpha1.SyncStatus) {
	was := meta.FindStatusCondition(before.Conditions, v1alpha1.ConditionReady)
	now := meta.FindStatusCondition(after.Conditions, v1alpha1.ConditionReady)
	if now == nil || (was != nil && was.Status == now.Status && was.Reason == now.Reason) {
		return
	}
	if was == nil && now.Status == metav1.ConditionTrue {
		return
	}
	kind := corev1.EventTypeNormal
	if now.Status == metav1.ConditionFalse {
		kind = corev1.EventTypeWarning
	}
	o.send(obj, kind, now.Reason, now.Message)
}

// repair sends an event about a target that is put back.
func (o *outcomes) repair(obj client.Object, message string) {
	o.send(obj, corev1.EventTypeWarning, v1alpha1.ReasonDrifted, message)
}

// left sends an event about a target that an object leaves in Kestra although it goes.
func (o *outcomes) left(obj client.Object, reason, message string) {
	o.send(obj, corev1.EventTypeWarning, reason, message)
}

// drift counts a target that was found changed in Kestra, by what is done about it.
func (o *outcomes) drift(kind, action string) { driftsTotal.WithLabelValues(kind, action).Inc() }

func (o *outcomes) send(obj client.Object, kind, reason, message string) {
	o.recorder.Eventf(obj, nil, kind, reason, "Sync", "%s", kestra.Printable(message, maxEventNote))
}
