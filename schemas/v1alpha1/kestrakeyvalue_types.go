package v1alpha1

import metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

// ExpiryPolicy says what to do when an entry has reached its time to live.
// +kubebuilder:validation:Enum=Recreate;Keep
type ExpiryPolicy string

const (
	// ExpiryKeep lets the entry stay expired until the spec changes. The default.
	ExpiryKeep ExpiryPolicy = "Keep"
	// ExpiryRecreate writes the entry again.
	ExpiryRecreate ExpiryPolicy = "Recreate"
)

// ValueSource selects where a value is read from: exactly one of its fields.
type ValueSource struct {
	// secretKeyRef selects a key of a Secret in the object's namespace.
	// +optional
	SecretKeyRef *KeyReference `json:"secretKeyRef,omitempty"`
	// configMapKeyRef selects a key of a ConfigMap in the object's namespace.
	// +optional
	ConfigMapKeyRef *KeyReference `json:"configMapKeyRef,omitempty"`
}

// KestraKeyValueSpec is one entry of the key-value store of a Kestra namespace.
type KestraKeyValueSpec struct {
	// tenant that owns the entry; the operator's default tenant when absent. Immutable.
	// +optional
	// +kubebuilder:validation:MaxLength=150
	Tenant string `json:"tenant,omitempty"`
	// namespace of the entry in Kestra. Immutable.
	// +optional
	// +kubebuilder:validation:MaxLength=150
	Namespace string `json:"namespace,omitempty"`
	// key of the entry. Immutable.
	// +optional
	// +kubebuilder:validation:MaxLength=250
	Key string `json:"key,omitempty"`
	// type of the value: STRING (the default), NUMBER, BOOLEAN, DATETIME, DATE, DURATION or JSON.
	// +optional
	Type string `json:"type,omitempty"`
	// value as text. Exactly one of value and valueFrom.
	// +optional
	Value *string `json:"value,omitempty"`
	// valueFrom reads the value from a Secret or ConfigMap.
	// +optional
	ValueFrom *ValueSource `json:"valueFrom,omitempty"`
	// ttl is how long the entry lives from its last write, an ISO-8601 duration such as PT30M; for ever when absent:
	// one that somebody else gave the entry is taken off.
	// +optional
	TTL string `json:"ttl,omitempty"`
	// description shown in Kestra; one that is there is kept when absent.
	// +optional
	Description string `json:"description,omitempty"`
	// onExpiry says what to do once ttl has passed: Keep (the default) or Recreate.
	// +optional
	OnExpiry ExpiryPolicy `json:"onExpiry,omitempty"`

	SyncPolicy `json:",inline"`
}

// KestraKeyValueStatus is what became of the entry.
type KestraKeyValueStatus struct {
	SyncStatus `json:",inline"`
	// valueHash is a keyed hash of what was last written; it cannot be reversed without the operator's key.
	// +optional
	ValueHash string `json:"valueHash,omitempty"`
	// expiresAt is when the entry expires in Kestra.
	// +optional
	ExpiresAt *metav1.Time `json:"expiresAt,omitempty"`
}

// KestraKeyValue keeps one key-value entry of a Kestra namespace equal to its spec.
// +kubebuilder:object:root=true
// +kubebuilder:subresource:status
// +kubebuilder:resource:path=kestrakeyvalues,shortName=keyvalue;kv,categories=kestra
// +kubebuilder:metadata:annotations="kestra.io/crd-schema-version=1"
// +kubebuilder:printcolumn:name="KESTRA-NS",type=string,JSONPath=`.spec.namespace`
// +kubebuilder:printcolumn:name="KEY",type=string,JSONPath=`.spec.key`
// +kubebuilder:printcolumn:name="TYPE",type=string,JSONPath=`.spec.type`
// +kubebuilder:printcolumn:name="READY",type=string,JSONPath=`.status.conditions[?(@.type=="Ready")].status`
// +kubebuilder:printcolumn:name="STATUS",type=string,JSONPath=`.status.conditions[?(@.type=="Ready")].reason`
// +kubebuilder:printcolumn:name="AGE",type=date,JSONPath=`.metadata.creationTimestamp`
// +kubebuilder:printcolumn:name="EXPIRES",type=date,JSONPath=`.status.expiresAt`,priority=1
// +kubebuilder:printcolumn:name="HASH",type=string,JSONPath=`.status.valueHash`,priority=1
// +kubebuilder:printcolumn:name="MESSAGE",type=string,JSONPath=`.status.conditions[?(@.type=="Ready")].message`,priority=1
// +kubebuilder:validation:XValidation:optionalOldSelf=true,fieldPath=".spec.namespace",reason=FieldValueRequired,rule=`oldSelf.hasValue() || (has(self.spec) && has(self.spec.__namespace__) ? self.spec.__namespace__ : "") != ""`,message="name the namespace in Kestra"
// +kubebuilder:validation:XValidation:fieldPath=".spec.namespace",rule=`(has(self.spec) && has(self.spec.__namespace__) ? self.spec.__namespace__ : "") == (has(oldSelf.spec) && has(oldSelf.spec.__namespace__) ? oldSelf.spec.__namespace__ : "")`,message="immutable: create another object with the new namespace, then delete this one"
// +kubebuilder:validation:XValidation:optionalOldSelf=true,fieldPath=".spec.namespace",rule=`oldSelf.hasValue() || (has(self.spec) && has(self.spec.__namespace__) ? self.spec.__namespace__ : "") == "" || (has(self.spec) && has(self.spec.__namespace__) ? self.spec.__namespace__ : "").matches('^[a-z0-9][a-z0-9._-]*$')`,message="a namespace starts with a lower-case letter or digit and holds only lower-case letters, digits, '.', '_' and '-'"
// +kubebuilder:validation:XValidation:optionalOldSelf=true,fieldPath=".spec.key",reason=FieldValueRequired,rule=`oldSelf.hasValue() || (has(self.spec) && has(self.spec.key) ? self.spec.key : "") != ""`,message="name the entry's key"
// +kubebuilder:validation:XValidation:fieldPath=".spec.key",rule=`(has(self.spec) && has(self.spec.key) ? self.spec.key : "") == (has(oldSelf.spec) && has(oldSelf.spec.key) ? oldSelf.spec.key : "")`,message="immutable: create another object with the new key, then delete this one"
// +kubebuilder:validation:XValidation:optionalOldSelf=true,fieldPath=".spec.key",rule=`oldSelf.hasValue() || (has(self.spec) && has(self.spec.key) ? self.spec.key : "") == "" || (has(self.spec) && has(self.spec.key) ? self.spec.key : "").matches('^[a-zA-Z0-9][a-zA-Z0-9._-]*$')`,message="a key starts with a letter or digit and holds only letters, digits, '.', '_' and '-'"
// +kubebuilder:validation:XValidation:fieldPath=".spec.tenant",rule=`(has(self.spec) && has(self.spec.tenant) ? self.spec.tenant : "") == (has(oldSelf.spec) && has(oldSelf.spec.tenant) ? oldSelf.spec.tenant : "")`,message="immutable: create another object with the new tenant, then delete this one"
// +kubebuilder:validation:XValidation:optionalOldSelf=true,fieldPath=".spec.tenant",rule=`oldSelf.hasValue() || (has(self.spec) && has(self.spec.tenant) ? self.spec.tenant : "") == "" || (has(self.spec) && has(self.spec.tenant) ? self.spec.tenant : "").matches('^[a-z0-9][a-z0-9_-]*$')`,message="a tenant starts with a lower-case letter or digit and holds only lower-case letters, digits, '_' and '-'"
type KestraKeyValue struct {
	metav1.TypeMeta   `json:",inline"`
	metav1.ObjectMeta `json:"metadata,omitempty"`

	// +optional
	Spec KestraKeyValueSpec `json:"spec,omitempty"`
	// status is what became of the object. It starts with a generation that no spec has, so that tools wait until an
	// operator has seen the object.
	// +kubebuilder:default:={"observedGeneration":-1}
	// +optional
	Status KestraKeyValueStatus `json:"status,omitempty"`
}

// KestraKeyValueList is a list of key-value entries.
// +kubebuilder:object:root=true
type KestraKeyValueList struct {
	metav1.TypeMeta `json:",inline"`
	metav1.ListMeta `json:"metadata,omitempty"`
	Items           []KestraKeyValue `json:"items"`
}
