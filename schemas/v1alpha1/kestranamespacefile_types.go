package v1alpha1

import metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

// KestraNamespaceFileSpec is one file of a Kestra namespace. Exactly one of content, binaryContent and contentFrom.
//
// The rule stands here, since a refusal by a field's own rule shows the field's value.
// +kubebuilder:validation:XValidation:fieldPath=".binaryContent",rule="!has(self.binaryContent) || (size(self.binaryContent) % 4 == 0 && self.binaryContent.matches('^[A-Za-z0-9+/]*={0,2}$'))",message="write base64 in one line, as base64 -w0 prints it"
type KestraNamespaceFileSpec struct {
	// tenant that owns the file; the operator's default tenant when absent. Immutable.
	// +optional
	// +kubebuilder:validation:MaxLength=150
	Tenant string `json:"tenant,omitempty"`
	// namespace of the file in Kestra. Immutable.
	// +optional
	// +kubebuilder:validation:MaxLength=150
	Namespace string `json:"namespace,omitempty"`
	// filename is the file's path within the namespace, such as scripts/main.py. Immutable.
	// +optional
	// +kubebuilder:validation:MaxLength=1024
	Filename string `json:"filename,omitempty"`
	// content as text.
	// +optional
	Content *string `json:"content,omitempty"`
	// binaryContent is the content in base64, in one line.
	// +optional
	// +kubebuilder:validation:Format=""
	// +kubebuilder:validation:MaxLength=1398104
	BinaryContent []byte `json:"binaryContent,omitempty"`
	// contentFrom reads the content from a ConfigMap (data or binaryData) or a Secret.
	// +optional
	ContentFrom *ValueSource `json:"contentFrom,omitempty"`

	SyncPolicy `json:",inline"`
}

// KestraNamespaceFileStatus is what became of the file.
type KestraNamespaceFileStatus struct {
	SyncStatus `json:",inline"`
	// contentHash is a keyed hash of the bytes that Kestra holds.
	// +optional
	ContentHash string `json:"contentHash,omitempty"`
	// size of the file in bytes.
	// +optional
	Size *int64 `json:"size,omitempty"`
}

// KestraNamespaceFile keeps one file of a Kestra namespace equal to its spec.
// +kubebuilder:object:root=true
// +kubebuilder:subresource:status
// +kubebuilder:resource:path=kestranamespacefiles,shortName=namespacefile;nsfile,categories=kestra
// +kubebuilder:metadata:annotations="kestra.io/crd-schema-version=1"
// +kubebuilder:printcolumn:name="KESTRA-NS",type=string,JSONPath=`.spec.namespace`
// +kubebuilder:printcolumn:name="FILENAME",type=string,JSONPath=`.spec.filename`
// +kubebuilder:printcolumn:name="SIZE",type=integer,JSONPath=`.status.size`
// +kubebuilder:printcolumn:name="READY",type=string,JSONPath=`.status.conditions[?(@.type=="Ready")].status`
// +kubebuilder:printcolumn:name="STATUS",type=string,JSONPath=`.status.conditions[?(@.type=="Ready")].reason`
// +kubebuilder:printcolumn:name="AGE",type=date,JSONPath=`.metadata.creationTimestamp`
// +kubebuilder:printcolumn:name="HASH",type=string,JSONPath=`.status.contentHash`,priority=1
// +kubebuilder:printcolumn:name="MESSAGE",type=string,JSONPath=`.status.conditions[?(@.type=="Ready")].message`,priority=1
// +kubebuilder:validation:XValidation:optionalOldSelf=true,fieldPath=".spec.namespace",reason=FieldValueRequired,rule=`oldSelf.hasValue() || (has(self.spec) && has(self.spec.__namespace__) ? self.spec.__namespace__ : "") != ""`,message="name the namespace in Kestra"
// +kubebuilder:validation:XValidation:fieldPath=".spec.namespace",rule=`(has(self.spec) && has(self.spec.__namespace__) ? self.spec.__namespace__ : "") == (has(oldSelf.spec) && has(oldSelf.spec.__namespace__) ? oldSelf.spec.__namespace__ : "")`,message="immutable: create another object with the new namespace, then delete this one"
// +kubebuilder:validation:XValidation:optionalOldSelf=true,fieldPath=".spec.namespace",rule=`oldSelf.hasValue() || (has(self.spec) && has(self.spec.__namespace__) ? self.spec.__namespace__ : "") == "" || (has(self.spec) && has(self.spec.__namespace__) ? self.spec.__namespace__ : "").matches('^[a-z0-9][a-z0-9._-]*$')`,message="a namespace starts with a lower-case letter or digit and holds only lower-case letters, digits, '.', '_' and '-'"
// +kubebuilder:validation:XValidation:optionalOldSelf=true,fieldPath=".spec.filename",reason=FieldValueRequired,rule=`oldSelf.hasValue() || (has(self.spec) && has(self.spec.filename) ? self.spec.filename : "") != ""`,message="name the file's path, such as scripts/main.py"
// +kubebuilder:validation:XValidation:fieldPath=".spec.filename",rule=`(has(self.spec) && has(self.spec.filename) ? self.spec.filename : "") == (has(oldSelf.spec) && has(oldSelf.spec.filename) ? oldSelf.spec.filename : "")`,message="immutable: create another object with the new filename, then delete this one"
// +kubebuilder:validation:XValidation:fieldPath=".spec.tenant",rule=`(has(self.spec) && has(self.spec.tenant) ? self.spec.tenant : "") == (has(oldSelf.spec) && has(oldSelf.spec.tenant) ? oldSelf.spec.tenant : "")`,message="immutable: create another object with the new tenant, then delete this one"
// +kubebuilder:validation:XValidation:optionalOldSelf=true,fieldPath=".spec.tenant",rule=`oldSelf.hasValue() || (has(self.spec) && has(self.spec.tenant) ? self.spec.tenant : "") == "" || (has(self.spec) && has(self.spec.tenant) ? self.spec.tenant : "").matches('^[a-z0-9][a-z0-9_-]*$')`,message="a tenant starts with a lower-case letter or digit and holds only lower-case letters, digits, '_' and '-'"
type KestraNamespaceFile struct {
	metav1.TypeMeta   `json:",inline"`
	metav1.ObjectMeta `json:"metadata,omitempty"`

	// +optional
	Spec KestraNamespaceFileSpec `json:"spec,omitempty"`
	// status is what became of the object. It starts with a generation that no spec has, so that tools wait until an
	// operator has seen the object.
	// +kubebuilder:default:={"observedGeneration":-1}
	// +optional
	Status KestraNamespaceFileStatus `json:"status,omitempty"`
}

// KestraNamespaceFileList is a list of namespace files.
// +kubebuilder:object:root=true
type KestraNamespaceFileList struct {
	metav1.TypeMeta `json:",inline"`
	metav1.ListMeta `json:"metadata,omitempty"`
	Items           []KestraNamespaceFile `json:"items"`
}
