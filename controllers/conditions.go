package controllers

import (
	"fmt"

	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/kestra-operator/kestra-operator/controllers/kestra"
	"github.com/kestra-operator/kestra-operator/schemas/v1alpha1"
)

// conditions writes the conditions of one object for one generation of its spec.
type conditions struct {
	status     *v1alpha1.SyncStatus
	generation int64
}

// progressing says that a write is about to happen.
func (c conditions) progressing() {
	c.set(v1alpha1.ConditionReconciling, metav1.ConditionTrue, v1alpha1.ReasonProgressing, "writing to Kestra")
	c.set(v1alpha1.ConditionReady, metav1.ConditionUnknown, v1alpha1.ReasonProgressing, "writing to Kestra")
	c.remove(v1alpha1.ConditionStalled)
}

// succeeded says that Kestra holds the spec, or has let it go as it was told to.
func (c conditions) succeeded(reason, message string) {
	synced := metav1.ConditionTrue
	c.status.Reason = ""
	if reason != v1alpha1.ReasonSucceeded {
		synced = metav1.ConditionFalse
		c.status.Reason = message
	}
	c.admitted()
	c.set(v1alpha1.ConditionSynced, synced, reason, message)
	c.set(v1alpha1.ConditionReady, metav1.ConditionTrue, reason, message)
	c.remove(v1alpha1.ConditionReconciling, v1alpha1.ConditionStalled)
	c.status.ObservedGeneration = c.generation
}

// failed says why Kestra does not hold the spec, and whether that can change by itself.
func (c conditions) failed(p *problem) {
	message := kestra.Printable(p.message, maxConditionMessage)
	c.status.Reason = message
	switch {
	case p.refused, p.reason == v1alpha1.ReasonRejected:
		c.set(v1alpha1.ConditionAdmitted, metav1.ConditionFalse, p.reason, message)
	case p.undecided:
		c.undecided(p.reason, message)
	default:
		c.admitted()
	}
	if !p.refused {
		c.set(v1alpha1.ConditionSynced, metav1.ConditionFalse, p.reason, message)
	}
	c.set(v1alpha1.ConditionReady, metav1.ConditionFalse, p.reason, message)
	if p.stalled {
		c.set(v1alpha1.ConditionStalled, metav1.ConditionTrue, p.reason, message)
		c.remove(v1alpha1.ConditionReconciling)
	} else {
		c.set(v1alpha1.ConditionReconciling, metav1.ConditionTrue, p.reason, message)
		c.remove(v1alpha1.ConditionStalled)
	}
	c.status.ObservedGeneration = c.generation
}

// suspended says that nothing happens until the object is resumed. What is known of Kestra stays as it was.
func (c conditions) suspended(message string) {
	c.set(v1alpha1.ConditionReady, metav1.ConditionUnknown, v1alpha1.ReasonSuspended, message)
	c.remove(v1alpha1.ConditionReconciling, v1alpha1.ConditionStalled)
	c.status.ObservedGeneration = c.generation
}

// deleting says why the object is still there although it was deleted, and how to let it go.
func (c conditions) deleting(p *problem) {
	message := kestra.Printable(fmt.Sprintf(
		"still in Kestra: %s. To leave Kestra as it is and let the object go, set spec.deletionPolicy to Orphan", p.message),
		maxConditionMessage)
	c.status.Reason = message
	c.set(v1alpha1.ConditionReady, metav1.ConditionFalse, v1alpha1.ReasonDeleting, message)
	c.set(v1alpha1.ConditionReconciling, metav1.ConditionTrue, v1alpha1.ReasonDeleting, message)
	c.remove(v1alpha1.ConditionStalled)
	c.status.ObservedGeneration = c.generation
}

func (c conditions) admitted() {
	c.set(v1alpha1.ConditionAdmitted, metav1.ConditionTrue, v1alpha1.ReasonSucceeded, "the spec passed every check")
}

// undecided says that Kestra has not judged the spec yet, unless it has.
func (c conditions) undecided(reason, message string) {
	if now := meta.FindStatusCondition(c.status.Conditions, v1alpha1.ConditionAdmitted); now != nil &&
		now.Status == metav1.ConditionTrue && now.ObservedGeneration == c.generation {
		return
	}
	c.set(v1alpha1.ConditionAdmitted, metav1.ConditionUnknown, reason, message)
}

func (c conditions) set(kind string, status metav1.ConditionStatus, reason, message string) {
	meta.SetStatusCondition(&c.status.Conditions, metav1.Condition{
		Type:               kind,
		Status:             status,
		Reason:             reason,
		Message:            message,
		ObservedGeneration: c.generation,
	})
}

func (c conditions) remove(kinds ...string) {
	for _, kind := range kinds {
		meta.RemoveStatusCondition(&c.status.Conditions, kind)
	}
}

// isReason is true when the condition Ready carries the reason.
func isReason(status *v1alpha1.SyncStatus, reason string) bool {
	ready := meta.FindStatusCondition(status.Conditions, v1alpha1.ConditionReady)
	return ready != nil && ready.Reason == reason
}
