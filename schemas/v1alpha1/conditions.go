package v1alpha1

// Condition types. Ready, Reconciling and Stalled follow kstatus.
const (
	ConditionReady       = "Ready"
	ConditionReconciling = "Reconciling"
	ConditionStalled     = "Stalled"
	ConditionAdmitted    = "Admitted"
	ConditionSynced      = "Synced"
)

// Reasons of the conditions.
const (
	ReasonSucceeded       = "Succeeded"
	ReasonProgressing     = "Progressing"
	ReasonValidationError = "ValidationFailed"
	ReasonRejected        = "RejectedByKestra"
	ReasonUnavailable     = "KestraUnavailable"
	ReasonUnauthorized    = "KestraUnauthorized"
	ReasonSuspended       = "Suspended"
	ReasonConflict        = "TargetOwnedByOther"
	ReasonNotAdopted      = "TargetNotAdopted"
	ReasonContended       = "ContendedTarget"
	ReasonDrifted         = "Drifted"
	ReasonDeleting        = "Deleting"
	ReasonSourceMissing   = "SourceNotFound"
	ReasonExpired         = "Expired"
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
