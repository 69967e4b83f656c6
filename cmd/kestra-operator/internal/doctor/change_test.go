package doctor_test

import (
	"context"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/util/retry"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/kestra-operator/kestra-operator/schemas/v1alpha1"
)

// change edits an object, and returns what puts it back.
func (w *world) change(namespace, name string, obj client.Object, edit func(client.Object)) (undo func()) {
	w.t.Helper()
	var before client.Object
	w.update(namespace, name, obj, func(obj client.Object) {
		before, _ = obj.DeepCopyObject().(client.Object)
		edit(obj)
	})
	t := w.t
	return func() {
		t.Helper()
		now, _ := before.DeepCopyObject().(client.Object)
		err := retry.RetryOnConflict(retry.DefaultRetry, func() error {
			if err := w.client.Get(t.Context(), client.ObjectKeyFromObject(before), now); err != nil {
				return err
			}
			before.SetResourceVersion(now.GetResourceVersion())
			before.SetManagedFields(nil)
			return w.client.Update(t.Context(), before)
		})
		if err != nil {
			t.Fatal(err)
		}
	}
}

func (w *world) update(namespace, name string, obj client.Object, edit func(client.Object)) {
	w.t.Helper()
	err := retry.RetryOnConflict(retry.DefaultRetry, func() error {
		w.get(namespace, name, obj)
		edit(obj)
		return w.client.Update(w.t.Context(), obj)
	})
	if err != nil {
		w.t.Fatal(err)
	}
}

// setCredential changes a value of the operator's environment; an empty one takes it out.
func (w *world) setCredential(key, value string) (undo func()) {
	w.t.Helper()
	return w.change(namespace, "kestra-operator-credentials", &corev1.Secret{}, func(obj client.Object) {
		data := obj.(*corev1.Secret).Data
		data[key] = []byte(value)
		if value == "" {
			delete(data, key)
		}
	})
}

// wrong tries a flow that admission refuses, in a dry run.
func (w *world) wrong(ctx context.Context) error {
	return w.client.Create(ctx, &v1alpha1.KestraFlow{
		ObjectMeta: metav1.ObjectMeta{Namespace: "default", Name: "wrong"},
		Spec:       v1alpha1.KestraFlowSpec{Namespace: "a", ID: "wrong", Source: "id: wrong\nnamespace: a\n"},
	}, client.DryRunAll)
}

func (w *world) admits(ctx context.Context) (bool, error) { return w.wrong(ctx) == nil, nil }

func (w *world) refuses(ctx context.Context) (bool, error) {
	return apierrors.IsInvalid(w.wrong(ctx)), nil
}

// createUnluckyPod makes a pod of the operator whose image cannot be pulled, and returns what removes it.
func (w *world) createUnluckyPod() (remove func()) {
	w.t.Helper()
	var deployment appsv1.Deployment
	w.get(namespace, name, &deployment)
	pod := &corev1.Pod{
		ObjectMeta: metav1.ObjectMeta{Namespace: namespace, Name: "unlucky", Labels: deployment.Spec.Template.Labels},
		Spec:       deployment.Spec.Template.Spec,
	}
	w.create(pod)
	waiting := corev1.ContainerStateWaiting{Reason: "ImagePullBackOff", Message: "Back-off pulling image"}
	pod.Status.ContainerStatuses = []corev1.ContainerStatus{{Name: "operator", State: corev1.ContainerState{Waiting: &waiting}}}
	if err := w.client.Status().Update(w.t.Context(), pod); err != nil {
		w.t.Fatal(err)
	}
	return func() {
		if err := w.client.Delete(w.t.Context(), pod, client.GracePeriodSeconds(0)); err != nil {
			w.t.Fatal(err)
		}
	}
}

// setReadyReplicas does what the controller of Deployments would.
func (w *world) setReadyReplicas(ready int32) {
	w.t.Helper()
	var deployment appsv1.Deployment
	w.get(namespace, name, &deployment)
	deployment.Status.ReadyReplicas = ready
	if err := w.client.Status().Update(w.t.Context(), &deployment); err != nil {
		w.t.Fatal(err)
	}
}
