package v1alpha1

import metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

// KestraFlowSpec is a flow as Kestra stores it.
type KestraFlowSpec struct {
	// tenant that owns the flow; the operator's default tenant when absent. Immutable.
	// +optional
	Tenant string `json:"tenant,omitempty"`
	// namespace of the flow in Kestra; equal to the source's. Immutable.
	// +optional
	Namespace string `json:"namespace,omitempty"`
	// id of the flow; equal to the source's. Immutable.
	// +optional
	ID string `json:"id,omitempty"`
	// source is the flow's YAML text, at most 1 MiB.
	// +optional
	Source string `json:"source,omitempty"`

	SyncPolicy `json:",inline"`
}

// KestraFlowStatus is what became of the flow.
type KestraFlowStatus struct {
	SyncStatus `json:",inline"`

	// validated is true when the source passed every check. The Enterprise operator's field.
	// +optional
	Validated bool `json:"validated,omitempty"`
	// revision of the flow in Kestra.
	// +optional
	Revision int64 `json:"revision,omitempty"`
	// sourceHash is the SHA-256, in hex, of the text that Kestra holds.
	// +optional
	SourceHash string `json:"sourceHash,omitempty"`
	// url of the flow in Kestra's user interface.
	// +optional
	URL string `json:"url,omitempty"`
}

// KestraFlow keeps one flow of a Kestra server equal to its spec.
// +kubebuilder:object:root=true
// +kubebuilder:subresource:status
// +kubebuilder:resource:path=kestraflows,shortName=flow,categories=kestra
type KestraFlow struct {
	metav1.TypeMeta   `json:",inline"`
	metav1.ObjectMeta `json:"metadata,omitempty"`

	// +optional
	Spec KestraFlowSpec `json:"spec,omitempty"`
	// +optional
	Status KestraFlowStatus `json:"status,omitempty"`
}

// KestraFlowList is a list of flows.
// +kubebuilder:object:root=true
type KestraFlowList struct {
	metav1.TypeMeta `json:",inline"`
	metav1.ListMeta `json:"metadata,omitempty"`
	Items           []KestraFlow `json:"items"`
}
