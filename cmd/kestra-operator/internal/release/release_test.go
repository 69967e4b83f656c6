package release_test

import (
	"context"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	coordinationv1 "k8s.io/api/coordination/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/utils/ptr"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/kestra-operator/kestra-operator/cmd/kestra-operator/internal/release"
	"github.com/kestra-operator/kestra-operator/cmd/kestra-operator/internal/selection"
	"github.com/kestra-operator/kestra-operator/schemas/v1alpha1"
)

const foreign = "example.com/other"

// makeObjects makes one object of each kind, called "held", that the operator holds.
func makeObjects(t *testing.T, c client.Client, namespace string) []client.Object {
	t.Helper()
	meta := metav1.ObjectMeta{Name: "held", Namespace: namespace, Finalizers: []string{v1alpha1.Finalizer}}
	objects := []client.Object{
		&v1alpha1.KestraFlow{ObjectMeta: meta, Spec: v1alpha1.KestraFlowSpec{Namespace: "a.b", ID: "hello", Source: "id: hello\nnamespace: a.b\n"}},
		&v1alpha1.KestraKeyValue{ObjectMeta: meta, Spec: v1alpha1.KestraKeyValueSpec{Namespace: "a.b", Key: "k", Value: ptr.To("v")}},
		&v1alpha1.KestraNamespaceFile{ObjectMeta: meta, Spec: v1alpha1.KestraNamespaceFileSpec{Namespace: "a.b", Filename: "f", Content: ptr.To("c")}},
	}
	for _, obj := range objects {
		if err := c.Create(t.Context(), obj); err != nil {
			t.Fatal(err)
		}
	}
	return objects
}

func run(t *testing.T, c client.Client, options release.Options, arguments ...string) []string {
	t.Helper()
	var err error
	if options.Selection, err = selection.Parse(arguments); err != nil {
		t.Fatal(err)
	}
	var told []string
	err = release.Run(t.Context(), c, options, func(o release.Outcome) {
		told = append(told, fmt.Sprintf("%s/%s deleting=%v refused=%v", o.Kind, o.Name, o.Deleting, o.Refused))
	})
	if err != nil {
		t.Fatal(err)
	}
	return told
}

// reread returns the object as it is now; nil when it is gone.
func reread(t *testing.T, c client.Client, obj client.Object) client.Object {
	t.Helper()
	err := c.Get(t.Context(), client.ObjectKeyFromObject(obj), obj)
	if apierrors.IsNotFound(err) {
		return nil
	}
	if err != nil {
		t.Fatal(err)
	}
	return obj
}

func TestReleasedObjectsAreDeletedAtOnceAndOtherwiseUntouched(t *testing.T) {
	c := newClient(t)
	namespace := newNamespace(t, c)
	for _, obj := range makeObjects(t, c, namespace) {
		before := obj.DeepCopyObject().(client.Object)
		if obj.GetGeneration() != 1 {
			t.Fatal("a new object has another generation than 1")
		}
		told := run(t, c, release.Options{Namespace: namespace}, kindWord(obj))
		if len(told) != 1 {
			t.Fatalf("told %q, want one line", told)
		}
		after := reread(t, c, obj)
		if got := after.GetFinalizers(); len(got) != 0 {
			t.Errorf("finalizers %q, want none", got)
		}
		for _, o := range []client.Object{before, after} {
			o.SetFinalizers(nil)
			o.SetManagedFields(nil)
			o.SetResourceVersion("")
			o.GetObjectKind().SetGroupVersionKind(v1alpha1.GroupVersion.WithKind(""))
		}
		if diff := cmp.Diff(before, after); diff != "" {
			t.Errorf("the object changed otherwise (-before +after):\n%s", diff)
		}
		if err := c.Delete(t.Context(), after); err != nil {
			t.Fatal(err)
		}
		if reread(t, c, obj) != nil {
			t.Error("the object is still there after its deletion")
		}
	}
}

func kindWord(obj client.Object) string {
	switch obj.(type) {
	case *v1alpha1.KestraFlow:
		return "flow/held"
	case *v1alpha1.KestraKeyValue:
		return "kv"
	default:
		return "kestranamespacefiles.model.kestra.io/held"
	}
}

func TestADeletionThatWaitsEnds(t *testing.T) {
	c := newClient(t)
	namespace := newNamespace(t, c)
	objects := makeObjects(t, c, namespace)
	for _, obj := range objects {
		if err := c.Delete(t.Context(), obj); err != nil {
			t.Fatal(err)
		}
		if reread(t, c, obj) == nil {
			t.Fatal("the finalizer did not hold the object")
		}
	}
	want := []string{
		"KestraFlow/held deleting=true refused=<nil>",
		"KestraKeyValue/held deleting=true refused=<nil>",
		"KestraNamespaceFile/held deleting=true refused=<nil>",
	}
	if diff := cmp.Diff(want, run(t, c, release.Options{Namespace: namespace})); diff != "" {
		t.Errorf("told (-want +got):\n%s", diff)
	}
	for _, obj := range objects {
		if reread(t, c, obj) != nil {
			t.Errorf("%T is still there", obj)
		}
	}
}

func TestOtherFinalizersAndOtherNamespacesStay(t *testing.T) {
	c := newClient(t)
	namespace, elsewhere := newNamespace(t, c), newNamespace(t, c)
	other := makeObjects(t, c, elsewhere)[0]
	obj := makeObjects(t, c, namespace)[0]
	obj.SetFinalizers([]string{foreign, v1alpha1.Finalizer})
	if err := c.Update(t.Context(), obj); err != nil {
		t.Fatal(err)
	}
	run(t, c, release.Options{Namespace: namespace}, "flows")
	if diff := cmp.Diff([]string{foreign}, reread(t, c, obj).GetFinalizers()); diff != "" {
		t.Errorf("finalizers (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]string{v1alpha1.Finalizer}, reread(t, c, other).GetFinalizers()); diff != "" {
		t.Errorf("finalizers in another namespace (-want +got):\n%s", diff)
	}
	if told := run(t, c, release.Options{Namespace: namespace}, "flows"); len(told) != 0 {
		t.Errorf("told %q the second time, want nothing", told)
	}
}

func TestOnlyTheObjectsWithTheLabelsAreReleased(t *testing.T) {
	c := newClient(t)
	namespace := newNamespace(t, c)
	for _, obj := range makeObjects(t, c, namespace) {
		if _, labelled := obj.(*v1alpha1.KestraFlow); labelled {
			obj.SetLabels(map[string]string{"team": "data"})
			if err := c.Update(t.Context(), obj); err != nil {
				t.Fatal(err)
			}
		}
	}
	selector, err := labels.Parse("team in (data, science)")
	if err != nil {
		t.Fatal(err)
	}
	want := []string{"KestraFlow/held deleting=false refused=<nil>"}
	if diff := cmp.Diff(want, run(t, c, release.Options{Namespace: namespace, Selector: selector})); diff != "" {
		t.Errorf("told (-want +got):\n%s", diff)
	}
}

func TestADryRunChangesNothing(t *testing.T) {
	c := newClient(t)
	namespace := newNamespace(t, c)
	objects := makeObjects(t, c, namespace)
	if told := run(t, c, release.Options{Namespace: namespace, DryRun: true}); len(told) != 3 {
		t.Errorf("told %q, want three lines", told)
	}
	for _, obj := range objects {
		version := obj.GetResourceVersion()
		if got := reread(t, c, obj).GetResourceVersion(); got != version {
			t.Errorf("%T was written", obj)
		}
	}
}

func TestAMissingNameIsAnErrorAndTheRestIsDone(t *testing.T) {
	c := newClient(t)
	namespace := newNamespace(t, c)
	obj := makeObjects(t, c, namespace)[0]
	chosen, err := selection.Parse([]string{"flow/absent", "flow/held"})
	if err != nil {
		t.Fatal(err)
	}
	err = release.Run(t.Context(), c, release.Options{Namespace: namespace, Selection: chosen}, func(release.Outcome) {})
	if !apierrors.IsNotFound(err) {
		t.Errorf("error %v, want one that says that something was not found", err)
	}
	if got := reread(t, c, obj).GetFinalizers(); len(got) != 0 {
		t.Errorf("finalizers %q of the one that is there", got)
	}
}

// lease makes the lease of an operator, one of several in the cluster, that has just renewed it.
func lease(t *testing.T, c client.Client, holder string) *coordinationv1.Lease {
	t.Helper()
	obj := &coordinationv1.Lease{
		ObjectMeta: metav1.ObjectMeta{Name: "blue.model.kestra.io", Namespace: newNamespace(t, c)},
		Spec: coordinationv1.LeaseSpec{
			HolderIdentity: &holder, LeaseDurationSeconds: ptr.To[int32](1), RenewTime: ptr.To(metav1.NowMicro()),
		},
	}
	if err := c.Create(t.Context(), obj); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.Delete(context.Background(), obj) })
	return obj
}

// renew renews a lease until the test ends, as a running operator does.
func renew(t *testing.T, c client.Client, obj *coordinationv1.Lease) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	var done sync.WaitGroup
	done.Go(func() {
		ticker := time.NewTicker(50 * time.Millisecond)
		defer ticker.Stop()
		for {
			select {
			case <-ctx.Done():
				return
			case <-ticker.C:
				obj.Spec.RenewTime = ptr.To(metav1.NowMicro())
				if err := c.Update(ctx, obj); err != nil && ctx.Err() == nil {
					t.Errorf("renew the lease: %v", err)
					return
				}
			}
		}
	})
	t.Cleanup(func() { cancel(); done.Wait() })
}

func TestARunningOperatorKeepsWhatIsNotBeingDeleted(t *testing.T) {
	c := newClient(t)
	namespace := newNamespace(t, c)
	objects := makeObjects(t, c, namespace)
	if err := c.Delete(t.Context(), objects[1]); err != nil {
		t.Fatal(err)
	}
	renew(t, c, lease(t, c, "the operator"))
	const refused = "refused=an operator is running and would put the finalizer back"
	want := []string{
		"KestraFlow/held deleting=false " + refused,
		"KestraKeyValue/held deleting=true refused=<nil>",
		"KestraNamespaceFile/held deleting=false " + refused,
	}
	if diff := cmp.Diff(want, run(t, c, release.Options{Namespace: namespace})); diff != "" {
		t.Errorf("told (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]string{v1alpha1.Finalizer}, reread(t, c, objects[0]).GetFinalizers()); diff != "" {
		t.Errorf("finalizers (-want +got):\n%s", diff)
	}
	if reread(t, c, objects[1]) != nil {
		t.Error("the deletion did not end")
	}
	t.Run("unless the caller knows better", func(t *testing.T) {
		if told := run(t, c, release.Options{Namespace: namespace, OperatorStopped: true}, "flows"); len(told) != 1 {
			t.Errorf("told %q", told)
		}
		if got := reread(t, c, objects[0]).GetFinalizers(); len(got) != 0 {
			t.Errorf("finalizers %q, want none", got)
		}
	})
}

func TestAnOperatorThatIsGoneKeepsNothing(t *testing.T) {
	for name, holder := range map[string]string{"crashed": "the operator", "stopped cleanly": ""} {
		t.Run(name, func(t *testing.T) {
			c := newClient(t)
			namespace := newNamespace(t, c)
			obj := makeObjects(t, c, namespace)[0]
			lease(t, c, holder)
			run(t, c, release.Options{Namespace: namespace})
			if got := reread(t, c, obj).GetFinalizers(); len(got) != 0 {
				t.Errorf("finalizers %q, want none", got)
			}
		})
	}
}

func TestAFinalizerThatSomeoneAddsMeanwhileStays(t *testing.T) {
	direct := newClient(t)
	namespace := newNamespace(t, direct)
	obj := makeObjects(t, direct, namespace)[0]
	meddle := sync.OnceFunc(func() {
		obj.SetFinalizers([]string{v1alpha1.Finalizer, foreign})
		if err := direct.Update(t.Context(), obj); err != nil {
			t.Error(err)
		}
	})
	run(t, meddling{direct, meddle}, release.Options{Namespace: namespace}, "flows")
	if diff := cmp.Diff([]string{foreign}, reread(t, direct, obj).GetFinalizers()); diff != "" {
		t.Errorf("finalizers (-want +got):\n%s", diff)
	}
}

// meddling is a client before whose patches something happens.
type meddling struct {
	client.Client
	before func()
}

func (m meddling) Patch(ctx context.Context, obj client.Object, patch client.Patch, options ...client.PatchOption) error {
	m.before()
	return m.Client.Patch(ctx, obj, patch, options...)
}
