// Package v1alpha1 holds the API types of group model.kestra.io, version v1alpha1:
// KestraFlow, KestraKeyValue and KestraNamespaceFile, their conditions and reasons.
//
// An object written for Kestra's Enterprise operator applies unchanged: the fields that
// operator knew keep their names and meaning, everything else is added beside them.
// The package holds types and constants only; it never talks to a cluster or to Kestra.
//
// +kubebuilder:object:generate=true
// +groupName=model.kestra.io
package v1alpha1
