package controllers_test

import (
	"context"
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/utils/ptr"

	"github.com/kestra-operator/kestra-operator/schemas/v1alpha1"
	devkestra "github.com/kestra-operator/kestra-operator/test/kestra"
)

func TestAFileIsWrittenUpdatedAndDeleted(t *testing.T) {
	w := newWorld(t, devkestra.Options{}).start()
	w.kestra.PutFile("main", team, "/scripts/sibling.py", []byte("somebody's"))
	obj := makeFile("main", "scripts/main.py", "print('hi')\r\n\x00é")
	w.create(obj)
	w.awaitSynced(obj)
	assertFile(t, w, "/scripts/main.py", "print('hi')\r\n\x00é")
	if ptr.Deref(obj.Status.Size, 0) != 16 || obj.Status.ContentHash == "" {
		t.Errorf("status = %+v", obj.Status)
	}
	update(w, obj, func(obj *v1alpha1.KestraNamespaceFile) { obj.Spec.Content = new("") })
	w.awaitSynced(obj)
	assertFile(t, w, "/scripts/main.py", "")

	w.kestra.PutFile("main", team, "/scripts/main.py", []byte("edited"))
	w.requestReconcile(obj)
	assertFile(t, w, "/scripts/main.py", "")

	w.delete(obj)
	if _, found := w.kestra.File("main", team, "/scripts/main.py"); found {
		t.Error("the file is still in Kestra")
	}
	assertFile(t, w, "/scripts/sibling.py", "somebody's")
}

func assertFile(t *testing.T, w *world, path, content string) {
	t.Helper()
	if got, found := w.kestra.File("main", team, path); !found || string(got) != content {
		t.Errorf("%s in Kestra: %v, %q; want %q", path, found, got, content)
	}
}

// Kestra's list of files can be ahead of its storage, after a migration or a loss: it serves an older revision then, with the
// size of the one that is missing. A write makes both agree.
func TestAFileWhoseSizeKestraTellsWronglyIsRepaired(t *testing.T) {
	w := newWorld(t, devkestra.Options{}).start()
	obj := makeFile("one", "t/one.txt", "new content")
	w.create(obj)
	w.awaitSynced(obj)
	w.kestra.PutFile("main", team, "/t/one.txt", []byte("old"))
	newer := devkestra.Fault{Status: 200, Body: `{"type":"File","fileName":"one.txt","size":11}`}
	w.kestra.Fail(devkestra.Call("GET", "/files/stats"), newer, devkestra.Always)
	w.requestReconcile(obj)
	w.awaitSynced(obj)
	assertFile(t, w, "/t/one.txt", "new content")
}

func TestAFileThatIsAlreadyGoneTakesNoSiblingAlong(t *testing.T) {
	w := newWorld(t, devkestra.Options{}).start()
	w.kestra.PutFile("main", team, "/t/sibling.txt", []byte("somebody's"))
	obj := makeFile("one", "t/one.txt", "1")
	w.create(obj)
	w.awaitSynced(obj)
	w.kestra.DeleteFile("main", team, "/t/one.txt")
	w.delete(obj)
	assertFile(t, w, "/t/sibling.txt", "somebody's")
}

func TestADirectoryInKestraIsNotOverwritten(t *testing.T) {
	cases := map[string]struct{ filename, wantMessage string }{
		"the path is a directory":        {"d", "is a directory in Kestra"},
		"a parent of the path is a file": {"d/e.txt/f.txt", "a parent of"},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t, devkestra.Options{})
			w.kestra.PutFile("main", team, "/d/e.txt", []byte("somebody's"))
			w.start()
			obj := makeFile("d", tc.filename, "x")
			w.create(obj)
			w.awaitReady(obj, metav1.ConditionFalse, v1alpha1.ReasonNotAdopted)
			if message := obj.Status.Reason; !strings.Contains(message, tc.wantMessage) {
				t.Errorf("message = %q, want it to say %q", message, tc.wantMessage)
			}
			w.delete(obj)
			assertFile(t, w, "/d/e.txt", "somebody's")
		})
	}
}

func TestContentFromAConfigMapIsExactToTheByte(t *testing.T) {
	binary := "\x00\xff\xfe binary"
	w := newWorld(t, devkestra.Options{}).start()
	configMap := &corev1.ConfigMap{
		ObjectMeta: metav1.ObjectMeta{Name: "scripts"},
		Data:       map[string]string{"text": "one\n"},
		BinaryData: map[string][]byte{"binary": []byte(binary)},
	}
	from := func(name, key string) *v1alpha1.KestraNamespaceFile {
		obj := makeFile(name, name, "")
		obj.Spec.Content = nil
		obj.Spec.ContentFrom = &v1alpha1.ValueSource{ConfigMapKeyRef: &v1alpha1.KeyReference{Name: "scripts", Key: key}}
		return obj
	}
	text, bytes := from("text.txt", "text"), from("data.bin", "binary")
	w.create(configMap, text, bytes)
	w.awaitSynced(text, bytes)
	assertFile(t, w, "/text.txt", "one\n")
	assertFile(t, w, "/data.bin", binary)

	update(w, configMap, func(c *corev1.ConfigMap) { c.Data["text"] = "two\n" })
	w.eventually("the changed text", func(context.Context) (bool, error) {
		got, _ := w.kestra.File("main", team, "/text.txt")
		return string(got) == "two\n", nil
	})
}

func TestWithoutThePermissionReferencesAreNotRead(t *testing.T) {
	w := newWorld(t, devkestra.Options{})
	w.options.References = false
	w.start()
	obj := makeFile("text", "text.txt", "")
	obj.Spec.Content = nil
	obj.Spec.ContentFrom = &v1alpha1.ValueSource{SecretKeyRef: &v1alpha1.KeyReference{Name: "s", Key: "k"}}
	w.create(obj)
	w.awaitReady(obj, metav1.ConditionFalse, v1alpha1.ReasonSourceMissing)
	if !strings.Contains(obj.Status.Reason, "does not read Secrets") {
		t.Errorf("the reason is %q, want it to say what this operator does not do", obj.Status.Reason)
	}

	t.Run("and are followed once it is given", func(t *testing.T) {
		w.stop()
		w.options.References = true
		w.create(&corev1.Secret{ObjectMeta: metav1.ObjectMeta{Name: "s"}, Data: map[string][]byte{"k": []byte("text")}})
		w.start()
		w.awaitSynced(obj)
	})
}
