package v1alpha1

import (
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
)

// GroupName is the API group of every kind, shared with the Enterprise operator.
const GroupName = "model.kestra.io"

// GroupVersion is the group and version of every type in this package.
var GroupVersion = schema.GroupVersion{Group: GroupName, Version: "v1alpha1"}

// Kinds returns the names of the kinds of this group.
func Kinds() []string { return []string{"KestraFlow", "KestraKeyValue", "KestraNamespaceFile"} }

// SchemeBuilder collects the functions that add this package's types to a scheme.
var SchemeBuilder = runtime.NewSchemeBuilder(addKnownTypes)

// AddToScheme adds the types of this package to a scheme.
var AddToScheme = SchemeBuilder.AddToScheme

func addKnownTypes(s *runtime.Scheme) error {
	s.AddKnownTypes(GroupVersion,
		&KestraFlow{}, &KestraFlowList{},
		&KestraKeyValue{}, &KestraKeyValueList{},
		&KestraNamespaceFile{}, &KestraNamespaceFileList{},
	)
	metav1.AddToGroupVersion(s, GroupVersion)
	return nil
}
