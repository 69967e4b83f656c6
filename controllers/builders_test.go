package controllers_test

import (
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/utils/ptr"

	"github.com/kestra-operator/kestra-operator/schemas/v1alpha1"
)

const team = "company.team"

// sourceOf is a flow that logs a message.
func sourceOf(id, message string) string {
	return "# kept as it is\nid: " + id + "\nnamespace: " + team + "\ntasks:\n" +
		"  - id: log\n    type: io.kestra.plugin.core.log.Log\n    message: " + message + "\n"
}

// readOnlySourceOf is the same flow with the label that the operator sets.
func readOnlySourceOf(id, message string) string {
	return "# kept as it is\nid: " + id + "\nnamespace: " + team + "\nlabels:\n  system.readOnly: \"true\"\ntasks:\n" +
		"  - id: log\n    type: io.kestra.plugin.core.log.Log\n    message: " + message + "\n"
}

func makeFlow(name, id, source string, change ...func(*v1alpha1.SyncPolicy)) *v1alpha1.KestraFlow {
	obj := &v1alpha1.KestraFlow{
		ObjectMeta: metav1.ObjectMeta{Name: name},
		Spec:       v1alpha1.KestraFlowSpec{Namespace: team, ID: id, Source: source},
	}
	for _, c := range change {
		c(&obj.Spec.SyncPolicy)
	}
	return obj
}

func makeKeyValue(key, kind, value string) *v1alpha1.KestraKeyValue {
	return &v1alpha1.KestraKeyValue{
		ObjectMeta: metav1.ObjectMeta{Name: key},
		Spec:       v1alpha1.KestraKeyValueSpec{Namespace: team, Key: key, Type: kind, Value: ptr.To(value)},
	}
}

func makeFile(name, filename, content string) *v1alpha1.KestraNamespaceFile {
	return &v1alpha1.KestraNamespaceFile{
		ObjectMeta: metav1.ObjectMeta{Name: name},
		Spec:       v1alpha1.KestraNamespaceFileSpec{Namespace: team, Filename: filename, Content: ptr.To(content)},
	}
}

func suspend(p *v1alpha1.SyncPolicy)     { p.Suspend = true }
func orphan(p *v1alpha1.SyncPolicy)      { p.DeletionPolicy = v1alpha1.DeletionOrphan }
func neverAdopt(p *v1alpha1.SyncPolicy)  { p.AdoptionPolicy = v1alpha1.AdoptionNever }
func adoptSame(p *v1alpha1.SyncPolicy)   { p.AdoptionPolicy = v1alpha1.AdoptionIfIdentical }
func reportDrift(p *v1alpha1.SyncPolicy) { p.DriftPolicy = v1alpha1.DriftReport }
