package manifest

import (
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"

	"github.com/kestra-operator/kestra-operator/controllers/kestra"
	"github.com/kestra-operator/kestra-operator/schemas/v1alpha1"
)

// Folders of the kinds in the output.
const (
	flowFolder     = "flows"
	keyValueFolder = "keyvalues"
	fileFolder     = "files"
	secretFolder   = "secrets"
)

// contentKey is the key of a value or a content in its Secret or ConfigMap.
const contentKey = "content"

// Item is one thing in Kestra that gets a manifest.
type Item struct {
	// Target in Kestra. A tenant is written into the manifest; leave it empty for the operator's default one.
	Target kestra.Target
	// Excluded keeps the manifest out of the kustomization: it is written, to be mended.
	Excluded bool
	// Remarks are lines that stand above the manifest, as comments.
	Remarks []string

	folder string
	// comment returns more such lines; nil for none.
	comment func(metav1.ObjectMeta) []string
	// objects returns the object, and what it refers to, under a name.
	objects func(metav1.ObjectMeta) []runtime.Object
}

// Flow is the item of a flow with its source.
func Flow(target kestra.Target, source string) Item {
	return Item{Target: target, folder: flowFolder, objects: func(meta metav1.ObjectMeta) []runtime.Object {
		return []runtime.Object{&v1alpha1.KestraFlow{
			TypeMeta:   typeMeta("KestraFlow"),
			ObjectMeta: meta,
			Spec: v1alpha1.KestraFlowSpec{
				Tenant: target.Tenant, Namespace: target.Namespace, ID: target.Name, Source: source,
			},
		}}
	}}
}

func typeMeta(kind string) metav1.TypeMeta {
	return metav1.TypeMeta{APIVersion: v1alpha1.GroupVersion.String(), Kind: kind}
}

// configMap holds a content under contentKey.
func configMap(meta metav1.ObjectMeta, content []byte) *corev1.ConfigMap {
	result := &corev1.ConfigMap{TypeMeta: metav1.TypeMeta{APIVersion: "v1", Kind: "ConfigMap"}, ObjectMeta: meta}
	if isText(content) {
		result.Data = map[string]string{contentKey: string(content)}
	} else {
		result.BinaryData = map[string][]byte{contentKey: content}
	}
	return result
}
