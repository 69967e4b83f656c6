package v1alpha1

import metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

// KestraNamespaceFileSpec is one file of a Kestra namespace. Exactly one of content, binaryContent and contentFrom.
type KestraNamespaceFileSpec struct {
	// tenant that owns the file; the operator's default tenant when absent. Immutable.
	// +optional
	Tenant string `json:"tenant,omitempty"`
	// namespace of the file in Kestra. Immutable.
	// +optional
	Namespace string `json:"namespace,omitempty"`
	// filename is the file's path within the namespace, such as scripts/main.py. Immutable.
	// +optional
	Filename string `json:"filename,omitempty"`
	// content as text.
	// +optional
	Content *string `json:"content,omitempty"`
	// binaryContent is the content in base64.
	// +optional
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
	Size int64 `json:"size,omitempty"`
}

// KestraNamespaceFile keeps one file of a Kestra namespace equal to its spec.
// +kubebuilder:object:root=true
// +kubebuilder:subresource:status
// +kubebuilder:resource:path=kestranamespacefiles,shortName=namespacefile;nsfile,categories=kestra
type KestraNamespaceFile struct {
	metav1.TypeMeta   `json:",inline"`
	metav1.ObjectMeta `json:"metadata,omitempty"`

	// +optional
	Spec KestraNamespaceFileSpec `json:"spec,omitempty"`
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
