package v1alpha1

import metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

// KestraFlowSpec is a flow as Kestra stores it.
type KestraFlowSpec struct {
	// tenant that owns the flow; the operator's default tenant when absent. Immutable.
	// +optional
	// +kubebuilder:validation:MaxLength=150
	Tenant string `json:"tenant,omitempty"`
	// namespace of the flow in Kestra; equal to the source's. Immutable.
	// +optional
	// +kubebuilder:validation:MaxLength=150
	Namespace string `json:"namespace,omitempty"`
	// id of the flow; equal to the source's. Immutable.
	// +optional
	// +kubebuilder:validation:MaxLength=100
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
// +kubebuilder:metadata:annotations="kestra.io/crd-schema-version=1"
// +kubebuilder:printcolumn:name="KESTRA-NS",type=string,JSONPath=`.spec.namespace`
// +kubebuilder:printcolumn:name="ID",type=string,JSONPath=`.spec.id`
// +kubebuilder:printcolumn:name="REVISION",type=integer,JSONPath=`.status.revision`
// +kubebuilder:printcolumn:name="READY",type=string,JSONPath=`.status.conditions[?(@.type=="Ready")].status`
// +kubebuilder:printcolumn:name="STATUS",type=string,JSONPath=`.status.conditions[?(@.type=="Ready")].reason`
// +kubebuilder:printcolumn:name="AGE",type=date,JSONPath=`.metadata.creationTimestamp`
// +kubebuilder:printcolumn:name="HASH",type=string,JSONPath=`.status.sourceHash`,priority=1
// +kubebuilder:printcolumn:name="URL",type=string,JSONPath=`.status.url`,priority=1
// +kubebuilder:printcolumn:name="MESSAGE",type=string,JSONPath=`.status.conditions[?(@.type=="Ready")].message`,priority=1
// +kubebuilder:validation:XValidation:optionalOldSelf=true,fieldPath=".spec.namespace",reason=FieldValueRequired,rule=`oldSelf.hasValue() || (has(self.spec) && has(self.spec.__namespace__) ? self.spec.__namespace__ : "") != ""`,message="name the namespace in Kestra"
// +kubebuilder:validation:XValidation:fieldPath=".spec.namespace",rule=`(has(self.spec) && has(self.spec.__namespace__) ? self.spec.__namespace__ : "") == (has(oldSelf.spec) && has(oldSelf.spec.__namespace__) ? oldSelf.spec.__namespace__ : "")`,message="immutable: create another object with the new namespace, then delete this one"
// +kubebuilder:validation:XValidation:optionalOldSelf=true,fieldPath=".spec.namespace",rule=`oldSelf.hasValue() || (has(self.spec) && has(self.spec.__namespace__) ? self.spec.__namespace__ : "") == "" || (has(self.spec) && has(self.spec.__namespace__) ? self.spec.__namespace__ : "").matches('^[a-z0-9][a-z0-9._-]*$')`,message="a namespace starts with a lower-case letter or digit and holds only lower-case letters, digits, '.', '_' and '-'"
// +kubebuilder:validation:XValidation:optionalOldSelf=true,fieldPath=".spec.id",reason=FieldValueRequired,rule=`oldSelf.hasValue() || (has(self.spec) && has(self.spec.id) ? self.spec.id : "") != ""`,message="name the flow's id, the same as in its source"
// +kubebuilder:validation:XValidation:fieldPath=".spec.id",rule=`(has(self.spec) && has(self.spec.id) ? self.spec.id : "") == (has(oldSelf.spec) && has(oldSelf.spec.id) ? oldSelf.spec.id : "")`,message="immutable: create another object with the new id, then delete this one"
// +kubebuilder:validation:XValidation:optionalOldSelf=true,fieldPath=".spec.id",rule=`oldSelf.hasValue() || (has(self.spec) && has(self.spec.id) ? self.spec.id : "") == "" || (has(self.spec) && has(self.spec.id) ? self.spec.id : "").matches('^[a-zA-Z0-9][a-zA-Z0-9._-]*$')`,message="an id starts with a letter or digit and holds only letters, digits, '.', '_' and '-'"
// +kubebuilder:validation:XValidation:fieldPath=".spec.tenant",rule=`(has(self.spec) && has(self.spec.tenant) ? self.spec.tenant : "") == (has(oldSelf.spec) && has(oldSelf.spec.tenant) ? oldSelf.spec.tenant : "")`,message="immutable: create another object with the new tenant, then delete this one"
// +kubebuilder:validation:XValidation:optionalOldSelf=true,fieldPath=".spec.tenant",rule=`oldSelf.hasValue() || (has(self.spec) && has(self.spec.tenant) ? self.spec.tenant : "") == "" || (has(self.spec) && has(self.spec.tenant) ? self.spec.tenant : "").matches('^[a-z0-9][a-z0-9_-]*$')`,message="a tenant starts with a lower-case letter or digit and holds only lower-case letters, digits, '_' and '-'"
type KestraFlow struct {
	metav1.TypeMeta   `json:",inline"`
	metav1.ObjectMeta `json:"metadata,omitempty"`

	// +optional
	Spec KestraFlowSpec `json:"spec,omitempty"`
	// status is what became of the object. It starts with a generation that no spec has, so that tools wait until an
	// operator has seen the object.
	// +kubebuilder:default:={"observedGeneration":-1}
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
