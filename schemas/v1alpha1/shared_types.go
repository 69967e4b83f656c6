package v1alpha1

import (
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// DeletionPolicy says what happens in Kestra when the object is deleted.
// +kubebuilder:validation:Enum=Delete;Orphan
type DeletionPolicy string

const (
	// DeletionDelete removes from Kestra what this object wrote there. The default.
	DeletionDelete DeletionPolicy = "Delete"
	// DeletionOrphan leaves Kestra as it is.
	DeletionOrphan DeletionPolicy = "Orphan"
)

// AdoptionPolicy says what to do when the target exists in Kestra and was not written by this operator.
// +kubebuilder:validation:Enum=Adopt;IfIdentical;Never
type AdoptionPolicy string

const (
	// AdoptionAdopt takes the target over and makes it equal to the spec. The default.
	AdoptionAdopt AdoptionPolicy = "Adopt"
	// AdoptionIfIdentical takes the target over only when it already equals the spec.
	AdoptionIfIdentical AdoptionPolicy = "IfIdentical"
	// AdoptionNever leaves a target that somebody else wrote alone.
	AdoptionNever AdoptionPolicy = "Never"
)

// DriftPolicy says what to do when the target was changed in Kestra.
// +kubebuilder:validation:Enum=Repair;Report
type DriftPolicy string

const (
	// DriftRepair puts the target back. The default.
	DriftRepair DriftPolicy = "Repair"
	// DriftReport leaves the change in place and says so in the conditions.
	DriftReport DriftPolicy = "Report"
)

// SyncPolicy is how an object relates to what is in Kestra. Inlined into every spec.
type SyncPolicy struct {
	// deletionPolicy says what happens in Kestra when this object is deleted: Delete (the default)
	// removes what this object wrote, Orphan leaves it. May be changed while the object is being deleted.
	// +optional
	DeletionPolicy DeletionPolicy `json:"deletionPolicy,omitempty"`

	// suspend stops syncing this object, its deletion in Kestra included, until it is unset.
	// +optional
	Suspend bool `json:"suspend,omitempty"`

	// adoptionPolicy says what to do when the target already exists in Kestra and this operator did not
	// write it: Adopt (the default), IfIdentical or Never.
	// +optional
	AdoptionPolicy AdoptionPolicy `json:"adoptionPolicy,omitempty"`

	// driftPolicy says what to do when the target was changed in Kestra: Repair (the default) or Report.
	// +optional
	DriftPolicy DriftPolicy `json:"driftPolicy,omitempty"`

	// interval between two looks at the target in Kestra; the operator's own interval when absent.
	// Not shorter than ten seconds.
	// +optional
	// +kubebuilder:validation:Type=string
	// +kubebuilder:validation:MaxLength=32
	// +kubebuilder:validation:Pattern=`^([0-9]+(\.[0-9]+)?(ms|s|m|h))+$`
	// +kubebuilder:validation:XValidation:rule="duration(self) >= duration('10s')",message="an interval is at least 10s and at most 290 years"
	Interval *metav1.Duration `json:"interval,omitempty"`
}

// SyncStatus is what the operator knows of an object's target. Inlined into every status.
type SyncStatus struct {
	// conditions Ready, Reconciling and Stalled follow kstatus; Admitted says whether the spec passes every
	// check, Kestra's own word on a flow included (Unknown until it was asked), Synced whether Kestra holds it.
	// +optional
	// +listType=map
	// +listMapKey=type
	Conditions []metav1.Condition `json:"conditions,omitempty"`

	// observedGeneration is the generation of the spec that this status speaks of.
	// +optional
	ObservedGeneration int64 `json:"observedGeneration,omitempty"`

	// lastHandledReconcileAt echoes the annotation kestra.io/reconcile-at once it was acted upon.
	// +optional
	LastHandledReconcileAt string `json:"lastHandledReconcileAt,omitempty"`

	// reason why Kestra does not hold the spec; empty when it does. The Enterprise operator's field.
	// +optional
	Reason string `json:"reason,omitempty"`

	// target is what this object has written, or is about to write, in Kestra. It is recorded before the
	// first write and is the only proof on which anything in Kestra is deleted.
	// +optional
	Target *TargetStatus `json:"target,omitempty"`

	// lastDriftAt is when the target was last found changed in Kestra.
	// +optional
	LastDriftAt *metav1.Time `json:"lastDriftAt,omitempty"`

	// recentRepairs are the times of the last repairs of drift, the newest last; they decide when a target
	// counts as contended.
	// +optional
	// +kubebuilder:validation:MaxItems=8
	// +listType=atomic
	RecentRepairs []metav1.Time `json:"recentRepairs,omitempty"`
}

// TargetStatus names one thing in Kestra and what this object wrote there.
type TargetStatus struct {
	// tenant, empty for the operator's default tenant.
	// +optional
	Tenant string `json:"tenant,omitempty"`
	// namespace in Kestra.
	Namespace string `json:"namespace"`
	// name is the flow's id, the key or the path of the file.
	Name string `json:"name"`
	// intentHash is the hash of what is about to be written; set before the write.
	// +optional
	IntentHash string `json:"intentHash,omitempty"`
	// written is true once a write of this object was seen in Kestra, or an existing target was adopted.
	// +optional
	Written bool `json:"written,omitempty"`
	// revision of the target in Kestra when it was last seen; 0 where Kestra does not tell.
	// +optional
	Revision int64 `json:"revision,omitempty"`
}

// KeyReference selects one key of a Secret or ConfigMap in the object's own Kubernetes namespace.
type KeyReference struct {
	// name of the Secret or ConfigMap.
	// +kubebuilder:validation:MinLength=1
	Name string `json:"name"`
	// key within it.
	// +kubebuilder:validation:MinLength=1
	Key string `json:"key"`
}
