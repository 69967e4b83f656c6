package controllers_test

import (
	"context"
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/kestra-operator/kestra-operator/schemas/keyvalue"
	"github.com/kestra-operator/kestra-operator/schemas/namespacefile"
	"github.com/kestra-operator/kestra-operator/schemas/v1alpha1"
	devkestra "github.com/kestra-operator/kestra-operator/test/kestra"
)

// readersOf are an object of each kind that reads its content from somewhere.
func readersOf(source v1alpha1.ValueSource) map[string]client.Object {
	value, file := makeKeyValue("value", "STRING", ""), makeFile("file", "file.txt", "")
	value.Spec.Value, value.Spec.ValueFrom = nil, &source
	file.Spec.Content, file.Spec.ContentFrom = nil, &source
	return map[string]client.Object{"key-value": value, "file": file}
}

func TestWhatIsMissingIsNamedAndAwaited(t *testing.T) {
	reference := &v1alpha1.KeyReference{Name: "source", Key: "token"}
	meta := metav1.ObjectMeta{Name: "source"}
	cases := map[string]struct {
		source            v1alpha1.ValueSource
		without, with     client.Object
		noObject, noEntry string
	}{
		"Secret": {
			source:   v1alpha1.ValueSource{SecretKeyRef: reference},
			without:  &corev1.Secret{ObjectMeta: meta, Data: map[string][]byte{"other": []byte("x")}},
			with:     &corev1.Secret{ObjectMeta: meta, Data: map[string][]byte{"token": []byte("x")}},
			noObject: `Secret "source" does not exist`, noEntry: `Secret "source" has no key "token"`,
		},
		"ConfigMap": {
			source:   v1alpha1.ValueSource{ConfigMapKeyRef: reference},
			without:  &corev1.ConfigMap{ObjectMeta: meta, Data: map[string]string{"other": "x"}},
			with:     &corev1.ConfigMap{ObjectMeta: meta, BinaryData: map[string][]byte{"token": []byte("x")}},
			noObject: `ConfigMap "source" does not exist`, noEntry: `ConfigMap "source" has no key "token"`,
		},
	}
	for name, tc := range cases {
		for kind, obj := range readersOf(tc.source) {
			t.Run(name+" of a "+kind, func(t *testing.T) {
				w := newWorld(t, devkestra.Options{}).start()
				without, with := tc.without.DeepCopyObject().(client.Object), tc.with.DeepCopyObject().(client.Object)
				w.create(obj)
				w.awaitMessage(obj, v1alpha1.ReasonSourceMissing, tc.noObject)
				w.create(without)
				w.awaitMessage(obj, v1alpha1.ReasonSourceMissing, tc.noEntry)
				if writes := w.kestra.Writes(); len(writes) > 0 {
					t.Errorf("writes = %+v, want none", writes)
				}
				w.delete(without)
				w.create(with)
				w.awaitSynced(obj)
			})
		}
	}
}

// awaitMessage waits until an object is not ready for a reason in the words wanted.
func (w *world) awaitMessage(obj client.Object, reason, text string) {
	w.t.Helper()
	w.eventually(text, func(ctx context.Context) (bool, error) {
		err := w.client.Get(ctx, client.ObjectKeyFromObject(obj), obj)
		ready := conditionOf(obj, v1alpha1.ConditionReady)
		return ready.Status == metav1.ConditionFalse && ready.Reason == reason && strings.Contains(ready.Message, text), err
	})
}

func TestContentThatIsTooLargeIsRefusedWithItsSize(t *testing.T) {
	objects := map[string]client.Object{
		"key-value": makeKeyValue("large", "STRING", strings.Repeat("x", keyvalue.MaxValueBytes+1)),
		"file":      makeFile("large", "large.txt", strings.Repeat("x", namespacefile.MaxContentBytes+1)),
		"flow":      makeFlow("large", "large", sourceOf("large", "hi")+strings.Repeat("# more\n", 160_000)),
	}
	for name, obj := range objects {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t, devkestra.Options{}).start()
			w.create(obj)
			w.awaitMessage(obj, v1alpha1.ReasonValidationError, "bytes")
			if got := w.kestra.RequestCount(); got != 0 {
				t.Errorf("%d calls of Kestra, want none", got)
			}
		})
	}
}
