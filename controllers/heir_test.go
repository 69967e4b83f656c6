package controllers_test

import (
	"context"
	"errors"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/kestra-operator/kestra-operator/schemas/v1alpha1"
	devkestra "github.com/kestra-operator/kestra-operator/test/kestra"
	"github.com/kestra-operator/kestra-operator/test/suite"
)

// An heir that cannot take over now is neither passed over, which would leave a gap, nor forgotten, which would leave the
// target behind for ever.
func TestAnHeirThatCannotTakeOverNowKeepsWhatIsThere(t *testing.T) {
	heirs := map[string]struct {
		source     string
		policy     func(*v1alpha1.SyncPolicy)
		wantStatus metav1.ConditionStatus
		wantReason string
	}{
		"it is suspended":    {sourceOf("hello", "second"), suspend, metav1.ConditionUnknown, v1alpha1.ReasonSuspended},
		"it is not admitted": {"id: hello\nnamespace: other\n", neverAdopt, metav1.ConditionFalse, v1alpha1.ReasonValidationError},
	}
	for name, heir := range heirs {
		inherited := func(t *testing.T) (*world, *v1alpha1.KestraFlow) {
			w := newWorld(t, devkestra.Options{}).start()
			first := makeFlow("first", "hello", sourceOf("hello", "first"))
			w.create(first)
			w.awaitSynced(first)
			w.awaitYounger(first)
			second := makeFlow("second", "hello", heir.source, heir.policy)
			w.create(second)
			w.awaitReady(second, heir.wantStatus, heir.wantReason)
			w.delete(first)
			if !second.Spec.Suspend {
				w.requestReconcile(second) // it still is not admitted
			}
			assertInKestra(t, w, "hello", readOnlySourceOf("hello", "first"))
			return w, second
		}
		t.Run(name+", and does so later", func(t *testing.T) {
			w, second := inherited(t)
			update(w, second, func(o *v1alpha1.KestraFlow) {
				o.Spec.Suspend, o.Spec.Source = false, sourceOf("hello", "second")
			})
			w.awaitSynced(second)
			assertInKestra(t, w, "hello", readOnlySourceOf("hello", "second"))
			if deletions := w.kestra.Requests(isDeletion); len(deletions) > 0 {
				t.Errorf("deletions = %+v, want none", deletions)
			}
		})
		t.Run(name+", and is deleted", func(t *testing.T) {
			w, second := inherited(t)
			w.beginDeletion(second)
			if second.Spec.Suspend {
				update(w, second, func(o *v1alpha1.KestraFlow) { o.Spec.Suspend = false })
			}
			w.awaitGone(second)
			if _, found := w.kestra.Flow("main", team, "hello"); found {
				t.Error("the flow is still in Kestra after its last object")
			}
		})
	}
}

// An heir can go at the very moment at which it is given the target.
func TestAnHeirThatIsGoneLeavesNothingBehind(t *testing.T) {
	w := newWorld(t, devkestra.Options{})
	var gone atomic.Bool
	w.intercept.SubResourcePatch = func(
		ctx context.Context, c client.Client, sub string, obj client.Object, patch client.Patch, opts ...client.SubResourcePatchOption,
	) error {
		if obj.GetName() == "second" && suite.StatusOf(obj).Target != nil && !gone.Swap(true) {
			held := obj.DeepCopyObject().(client.Object)
			withoutFinalizers := client.RawPatch("application/merge-patch+json", []byte(`{"metadata":{"finalizers":null}}`))
			if err := errors.Join(c.Patch(ctx, held, withoutFinalizers), c.Delete(ctx, held)); err != nil {
				return err
			}
		}
		return c.SubResource(sub).Patch(ctx, obj, patch, opts...)
	}
	w.start()
	first := makeFlow("first", "hello", sourceOf("hello", "first"))
	w.create(first)
	w.awaitSynced(first)
	w.awaitYounger(first)
	second := makeFlow("second", "hello", sourceOf("hello", "second"))
	w.create(second)
	w.awaitReady(second, metav1.ConditionFalse, v1alpha1.ReasonConflict)
	w.delete(first)
	if !gone.Load() {
		t.Fatal("the heir was not asked")
	}
	if _, found := w.kestra.Flow("main", team, "hello"); found {
		t.Error("the flow is still in Kestra after its last object")
	}
}

// A pass over the heir between the gift and the end of the object before it must not lose the gift.
func TestAnHeirKeepsWhatItWasGivenWhileTheObjectBeforeItGoes(t *testing.T) {
	w := newWorld(t, devkestra.Options{})
	second := makeFlow("second", "hello", sourceOf("hello", "second"), neverAdopt)
	var passed atomic.Bool
	w.intercept.Patch = func(ctx context.Context, c client.WithWatch, obj client.Object, patch client.Patch, options ...client.PatchOption) error {
		if obj.GetName() == "first" && len(obj.GetFinalizers()) == 0 && !passed.Swap(true) {
			w.requestReconcile(second.DeepCopy())
		}
		return c.Patch(ctx, obj, patch, options...)
	}
	w.start()
	first := makeFlow("first", "hello", sourceOf("hello", "first"))
	w.create(first)
	w.awaitSynced(first)
	w.awaitYounger(first)
	w.create(second)
	w.awaitReady(second, metav1.ConditionFalse, v1alpha1.ReasonConflict)
	w.delete(first)
	if !passed.Load() {
		t.Fatal("there was no pass over the heir in between")
	}
	w.awaitSynced(second)
	w.delete(second)
	if _, found := w.kestra.Flow("main", team, "hello"); found {
		t.Error("the flow is still in Kestra after its last object")
	}
}

// worldWithPolicy is a world with a second Kubernetes namespace, whose objects a policy refuses once it is set.
func worldWithPolicy(t *testing.T) (w *world, refused string, setPolicy func()) {
	t.Helper()
	w = newWorld(t, devkestra.Options{})
	namespace := &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{GenerateName: "test-"}}
	if err := w.client.Create(t.Context(), namespace); err != nil {
		t.Fatal(err)
	}
	w.otherNamespaces = []string{namespace.Name}
	return w, namespace.Name, func() {
		w.options.TargetPolicy = func(kubernetesNamespace, _, _ string) error {
			if kubernetesNamespace == namespace.Name {
				return errors.New("objects of this namespace may write nothing")
			}
			return nil
		}
	}
}

func TestAnObjectThatTheTargetPolicyRefusesIsNeverOwner(t *testing.T) {
	makeIn := func(w *world, namespace, name string) *v1alpha1.KestraFlow {
		obj := makeFlow(name, "hello", sourceOf("hello", name))
		obj.Namespace = namespace
		if err := w.client.Create(w.t.Context(), obj); err != nil {
			w.t.Fatal(err)
		}
		return obj
	}
	t.Run("it neither blocks nor inherits", func(t *testing.T) {
		w, namespace, setPolicy := worldWithPolicy(t)
		setPolicy()
		w.start()
		refused := makeIn(w, namespace, "refused")
		w.awaitReady(refused, metav1.ConditionFalse, v1alpha1.ReasonValidationError)
		w.awaitYounger(refused)
		allowed := makeIn(w, w.namespace, "allowed")
		w.awaitSynced(allowed)
		w.delete(allowed)
		if _, found := w.kestra.Flow("main", team, "hello"); found {
			t.Error("the flow is still in Kestra")
		}
		w.awaitReady(refused, metav1.ConditionFalse, v1alpha1.ReasonValidationError)
		if refused.Status.Target != nil {
			t.Errorf("the refused object has inherited %+v", refused.Status.Target)
		}
	})
	wroteBefore := func(t *testing.T) (*world, *v1alpha1.KestraFlow) {
		w, namespace, setPolicy := worldWithPolicy(t)
		w.start()
		refused := makeIn(w, namespace, "refused")
		w.awaitSynced(refused)
		w.awaitYounger(refused)
		w.stop()
		setPolicy()
		w.start()
		w.requestReconcile(refused)
		w.awaitReady(refused, metav1.ConditionFalse, v1alpha1.ReasonValidationError)
		return w, refused
	}
	t.Run("what it wrote before goes to one that may", func(t *testing.T) {
		w, refused := wroteBefore(t)
		allowed := makeIn(w, w.namespace, "allowed")
		w.awaitSynced(allowed)
		w.delete(refused)
		assertInKestra(t, w, "hello", readOnlySourceOf("hello", "allowed"))
	})
	t.Run("or stays in Kestra, where it may not delete it, and that is told", func(t *testing.T) {
		w, refused := wroteBefore(t)
		w.namespace = refused.Namespace // where the event is
		w.delete(refused)
		assertInKestra(t, w, "hello", readOnlySourceOf("hello", "refused"))
		w.eventually("the event", func(ctx context.Context) (bool, error) {
			return hasEvent(ctx, w, v1alpha1.ReasonValidationError, "stays in Kestra: objects of this namespace may write nothing")
		})
	})
}

// The dispute is not over because nobody looked for an hour.
func TestDeletingAnObjectWhoseTargetWasContendedDeletesOnlyItsOwn(t *testing.T) {
	cases := map[string]struct {
		inKestra func(foreign string) string
		wantGone bool
	}{
		"someone else's text stays": {strings.Clone, false},
		"its own text is deleted":   {func(string) string { return readOnlySourceOf("hello", "hi") }, true},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			w, obj, foreign := contended(t)
			update(w, obj, func(o *v1alpha1.KestraFlow) { o.Spec.Suspend = true })
			w.awaitReady(obj, metav1.ConditionUnknown, v1alpha1.ReasonSuspended)
			w.clock.SetTime(w.clock.Now().Add(2 * time.Hour))
			w.kestra.PutFlow("main", team, "hello", tc.inKestra(foreign))
			w.beginDeletion(obj)
			update(w, obj, func(o *v1alpha1.KestraFlow) { o.Spec.Suspend = false })
			w.awaitGone(obj)
			if _, found := w.kestra.Flow("main", team, "hello"); found == tc.wantGone {
				t.Errorf("found in Kestra: %v, want gone: %v", found, tc.wantGone)
			}
		})
	}
}
