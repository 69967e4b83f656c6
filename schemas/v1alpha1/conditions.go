package v1alpha1

// Condition types. Ready, Reconciling and Stalled follow kstatus.
const (
	// ConditionReady is True when Kestra holds the spec, or has let it go as it was told to; Unknown while
	// something is being written, and while the object is suspended.
	ConditionReady = "Ready"
	// ConditionReconciling is True while the operator is writing or will try again by itself; absent otherwise.
	ConditionReconciling = "Reconciling"
	// ConditionStalled is True when trying again does not help until somebody changes something; absent otherwise.
	// The target is looked at again after the interval all the same.
	ConditionStalled = "Stalled"
	// ConditionAdmitted says whether the spec passes every check, Kestra's own word on a flow included; Unknown
	// until Kestra was asked.
	ConditionAdmitted = "Admitted"
	// ConditionSynced says whether Kestra holds the spec. It stays as it was when the spec is not admitted.
	ConditionSynced = "Synced"
)

// Reasons of the conditions.
const (
	// ReasonSucceeded means that Kestra holds the spec. There is nothing to do.
	ReasonSucceeded = "Succeeded"
	// ReasonProgressing means that the operator is writing to Kestra. Wait.
	ReasonProgressing = "Progressing"
	// ReasonValidationError means that the operator's judge does not admit the spec: it was stored while the webhook
	// was away, or under an older catalog or policy. Kestra is left as it is. Correct what the message names.
	ReasonValidationError = "ValidationFailed"
	// ReasonRejected means that Kestra itself refuses what the spec says. Correct what the message names.
	ReasonRejected = "RejectedByKestra"
	// ReasonUnavailable means that Kestra does not answer, or answers that it cannot now. The operator tries again
	// by itself. Check that Kestra runs and that the URL is that of its API.
	ReasonUnavailable = "KestraUnavailable"
	// ReasonUnauthorized means that Kestra does not let the operator in, or not do this. Check the operator's own
	// credentials and their rights in Kestra; it tries again by itself.
	ReasonUnauthorized = "KestraUnauthorized"
	// ReasonSuspended means that spec.suspend is set: nothing is done, deletion included. Unset it to resume.
	ReasonSuspended = "Suspended"
	// ReasonConflict means that an older object keeps the same target. Delete one of the two.
	ReasonConflict = "TargetOwnedByOther"
	// ReasonNotAdopted means that the target exists in Kestra, was not written by this object, and
	// spec.adoptionPolicy does not let it be taken over; or a directory, or a file in place of a directory, is in
	// the way of a namespace file. Change the policy, or move what is there.
	ReasonNotAdopted = "TargetNotAdopted"
	// ReasonContended means that somebody outside keeps changing the target back, so it is left alone for an hour.
	// Find who else keeps it, then change the annotation kestra.io/reconcile-at.
	ReasonContended = "ContendedTarget"
	// ReasonDrifted means that the target was changed in Kestra, and spec.driftPolicy is Report. Bring the change
	// into the spec, or set the policy to Repair. As an event, it says that a change was put back.
	ReasonDrifted = "Drifted"
	// ReasonDeleting means that the object is deleted and its target still stands in Kestra. The operator tries
	// again by itself; spec.deletionPolicy: Orphan lets the object go and leaves Kestra as it is.
	ReasonDeleting = "Deleting"
	// ReasonSourceMissing means that the Secret, the ConfigMap or the key that holds the value is not there, or may
	// not be read. Kestra is left as it is. Make it, or let the operator run with --value-from.
	ReasonSourceMissing = "SourceNotFound"
	// ReasonExpired means that the entry has reached its time to live, and spec.onExpiry is Keep. It is written
	// again when the spec changes.
	ReasonExpired = "Expired"
)

// Names the operator gives meaning to on objects.
const (
	// Finalizer holds an object until its target in Kestra is dealt with.
	Finalizer = "model.kestra.io/operator"
	// AnnotationReconcileAt asks for a reconcile now whenever its value changes.
	AnnotationReconcileAt = "kestra.io/reconcile-at"
	// LabelOperatorClass names the operator that an object belongs to, where several share a cluster.
	LabelOperatorClass = "kestra.io/operator-class"
	// LabelReadOnly is the flow label that Kestra's interface shows as read-only.
	LabelReadOnly = "system.readOnly"
)
