package controllers_test

import (
	"context"
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/cache"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/kestra-operator/kestra-operator/controllers"
	"github.com/kestra-operator/kestra-operator/schemas/v1alpha1"
	devkestra "github.com/kestra-operator/kestra-operator/test/kestra"
	"github.com/kestra-operator/kestra-operator/test/suite"
)

func TestNoInformerHoldsContent(t *testing.T) {
	const lastApplied = "kubectl.kubernetes.io/last-applied-configuration"
	w := newWorld(t, devkestra.Options{})
	objects := []client.Object{
		makeFlow("hello", "hello", sourceOf("hello", "canary")),
		makeKeyValue("k", "STRING", "canary"),
		makeFile("f", "f.txt", "canary"),
		&corev1.Secret{ObjectMeta: metav1.ObjectMeta{Name: "s"}, Data: map[string][]byte{"token": []byte("canary")}},
	}
	for _, obj := range objects {
		obj.SetAnnotations(map[string]string{lastApplied: "canary", "kept": "yes"})
	}
	w.create(objects...)

	options := controllers.CacheOptions()
	options.Scheme = suite.Scheme()
	options.DefaultNamespaces = map[string]cache.Config{w.namespace: {}}
	informers, err := cache.New(plane.Config(), options)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- informers.Start(ctx) }()
	t.Cleanup(func() {
		cancel()
		if err := <-done; err != nil {
			t.Error(err)
		}
	})
	secret := &metav1.PartialObjectMetadata{}
	secret.SetGroupVersionKind(corev1.SchemeGroupVersion.WithKind("Secret"))
	for _, obj := range []client.Object{&v1alpha1.KestraFlow{}, &v1alpha1.KestraKeyValue{}, &v1alpha1.KestraNamespaceFile{}, secret} {
		w.eventually("the cache", func(ctx context.Context) (bool, error) {
			for _, stored := range objects {
				if err := informers.Get(ctx, client.ObjectKeyFromObject(stored), obj); err == nil {
					return true, nil
				}
			}
			return false, nil
		})
		text := asJSON(t, obj)
		if strings.Contains(text, "canary") || obj.GetManagedFields() != nil || (obj != secret && obj.GetAnnotations()["kept"] != "yes") {
			t.Errorf("in the cache: %s", text)
		}
	}
}
