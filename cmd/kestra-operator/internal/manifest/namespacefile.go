package manifest

import (
	"unicode"
	"unicode/utf8"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"

	"github.com/kestra-operator/kestra-operator/controllers/kestra"
	"github.com/kestra-operator/kestra-operator/schemas/v1alpha1"
)

// DefaultInlineLimit is the longest content that stands in the object itself, in bytes. Client-side
// "kubectl apply" keeps a second copy of an object in an annotation, and annotations end at 256 KiB; half of
// that is left to base64, to the escapes of JSON, and to the rest of the object.
const DefaultInlineLimit = 128 << 10

// NamespaceFile is the item of a file. A content of more than inlineLimit bytes goes to a ConfigMap, which the
// object refers to; at most schemas/namespacefile.MaxContentBytes fit there.
func NamespaceFile(target kestra.Target, content []byte, inlineLimit int) Item {
	return Item{Target: target, folder: fileFolder, objects: func(meta metav1.ObjectMeta) []runtime.Object {
		file := &v1alpha1.KestraNamespaceFile{
			TypeMeta:   typeMeta("KestraNamespaceFile"),
			ObjectMeta: meta,
			Spec: v1alpha1.KestraNamespaceFileSpec{
				Tenant: target.Tenant, Namespace: target.Namespace, Filename: target.Name,
			},
		}
		switch {
		case len(content) > inlineLimit:
			file.Spec.ContentFrom = &v1alpha1.ValueSource{
				ConfigMapKeyRef: &v1alpha1.KeyReference{Name: meta.Name, Key: contentKey},
			}
			return []runtime.Object{configMap(meta, content), file}
		case isText(content):
			text := string(content)
			file.Spec.Content = &text
		default:
			file.Spec.BinaryContent = content
		}
		return []runtime.Object{file}
	}}
}

// isText is true for what a person can read in a manifest. Anything else is kept as bytes.
func isText(content []byte) bool {
	if !utf8.Valid(content) {
		return false
	}
	for _, r := range string(content) {
		if unicode.IsControl(r) && r != '\n' && r != '\r' && r != '\t' {
			return false
		}
	}
	return true
}
