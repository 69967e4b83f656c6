package controllers_test

import (
	"bytes"
	"testing"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"

	"github.com/kestra-operator/kestra-operator/controllers"
	devkestra "github.com/kestra-operator/kestra-operator/test/kestra"
)

func TestTheHashKeyIsMadeOnceAndKept(t *testing.T) {
	w := newWorld(t, devkestra.Options{})
	name := types.NamespacedName{Namespace: w.namespace, Name: "hash-key"}
	first, err := controllers.EnsureHashKey(t.Context(), w.client, name)
	if err != nil {
		t.Fatal(err)
	}
	second, err := controllers.EnsureHashKey(t.Context(), w.client, name)
	if err != nil {
		t.Fatal(err)
	}
	if len(first) < 32 || !bytes.Equal(first, second) {
		t.Errorf("keys of %d and %d bytes, equal: %v; want one long key", len(first), len(second), bytes.Equal(first, second))
	}
}

func TestAHashKeyThatIsTooShortIsAnError(t *testing.T) {
	w := newWorld(t, devkestra.Options{})
	w.create(&corev1.Secret{ObjectMeta: metav1.ObjectMeta{Name: "hash-key"}, Data: map[string][]byte{"key": []byte("short")}})
	name := types.NamespacedName{Namespace: w.namespace, Name: "hash-key"}
	if _, err := controllers.EnsureHashKey(t.Context(), w.client, name); err == nil {
		t.Error("no error")
	}
}
