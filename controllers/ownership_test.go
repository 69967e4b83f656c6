package controllers_test

import (
	"context"
	"errors"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/kestra-operator/kestra-operator/schemas/v1alpha1"
	devkestra "github.com/kestra-operator/kestra-operator/test/kestra"
)

func TestAdoption(t *testing.T) {
	same, other := readOnlySourceOf("hello", "hi"), readOnlySourceOf("hello", "other")
	cases := map[string]struct {
		policy     func(*v1alpha1.SyncPolicy)
		existing   string
		wantReason string
		wantWrites int
		// wantGone says whether deleting the object deletes the flow.
		wantGone bool
	}{
		"by default, what differs is made equal":  {func(*v1alpha1.SyncPolicy) {}, other, v1alpha1.ReasonSucceeded, 1, true},
		"by default, what is equal is taken over": {func(*v1alpha1.SyncPolicy) {}, same, v1alpha1.ReasonSucceeded, 0, true},
		"IfIdentical takes over what is equal":    {adoptSame, same, v1alpha1.ReasonSucceeded, 0, true},
		"IfIdentical leaves what differs":         {adoptSame, other, v1alpha1.ReasonNotAdopted, 0, false},
		"Never leaves what is equal":              {neverAdopt, same, v1alpha1.ReasonNotAdopted, 0, false},
		"Never leaves what differs":               {neverAdopt, other, v1alpha1.ReasonNotAdopted, 0, false},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t, devkestra.Options{})
			w.kestra.PutFlow("main", team, "hello", tc.existing)
			w.start()
			obj := makeFlow("hello", "hello", sourceOf("hello", "hi"), tc.policy)
			w.create(obj)
			ready := metav1.ConditionTrue
			if tc.wantReason != v1alpha1.ReasonSucceeded {
				ready = metav1.ConditionFalse
			}
			w.awaitReady(obj, ready, tc.wantReason)
			if got := w.kestra.WriteCount(); got != tc.wantWrites {
				t.Errorf("%d writes, want %d", got, tc.wantWrites)
			}
			w.delete(obj)
			if _, found := w.kestra.Flow("main", team, "hello"); found == tc.wantGone {
				t.Errorf("after deletion, found in Kestra: %v, want gone: %v", found, tc.wantGone)
			}
		})
	}
}

func TestInvariant6NeverDeleteWhatWeNeverWrote(t *testing.T) {
	t.Run("Kestra refused it, and someone else made it", func(t *testing.T) {
		w := newWorld(t, devkestra.Options{})
		w.kestra.Fail(devkestra.Call("POST", "/flows"), devkestra.Fault{Status: 422, Body: `{"message":"no"}`}, devkestra.Always)
		w.start()
		obj := makeFlow("hello", "hello", sourceOf("hello", "hi"))
		w.create(obj)
		w.awaitReady(obj, metav1.ConditionFalse, v1alpha1.ReasonRejected)
		w.kestra.PutFlow("main", team, "hello", sourceOf("hello", "made by someone else"))
		w.delete(obj)
		assertInKestra(t, w, "hello", sourceOf("hello", "made by someone else"))
	})
	t.Run("it was not admitted", func(t *testing.T) {
		w := newWorld(t, devkestra.Options{})
		w.kestra.PutFlow("main", team, "hello", sourceOf("hello", "foreign"))
		w.start()
		obj := makeFlow("hello", "hello", "id: hello\nnamespace: other\n")
		w.create(obj)
		w.awaitReady(obj, metav1.ConditionFalse, v1alpha1.ReasonValidationError)
		w.delete(obj)
		assertInKestra(t, w, "hello", sourceOf("hello", "foreign"))
	})
	t.Run("a finalizer is no proof", func(t *testing.T) {
		w := newWorld(t, devkestra.Options{})
		w.kestra.PutFlow("main", team, "hello", sourceOf("hello", "foreign"))
		obj := makeFlow("hello", "hello", sourceOf("hello", "hi"))
		obj.Finalizers = []string{v1alpha1.Finalizer}
		w.create(obj)
		w.beginDeletion(obj)
		w.start()
		w.awaitGone(obj)
		assertInKestra(t, w, "hello", sourceOf("hello", "foreign"))
	})
	t.Run("the deletion policy is Orphan", func(t *testing.T) {
		w := newWorld(t, devkestra.Options{}).start()
		obj := makeFlow("hello", "hello", sourceOf("hello", "hi"), orphan)
		w.create(obj)
		w.awaitSynced(obj)
		w.delete(obj)
		assertInKestra(t, w, "hello", readOnlySourceOf("hello", "hi"))
	})
}

func assertInKestra(t *testing.T, w *world, id, source string) {
	t.Helper()
	if stored, found := w.kestra.Flow("main", team, id); !found || stored.Source != source {
		t.Errorf("in Kestra: %v, %q; want %q", found, stored.Source, source)
	}
}

// crashAfterWrite makes every status patch fail once Kestra has been written to, as if the operator died.
func crashAfterWrite(w *world) (restore func()) {
	var crashed atomic.Bool
	crashed.Store(true)
	w.intercept.SubResourcePatch = func(
		ctx context.Context, c client.Client, sub string, obj client.Object, patch client.Patch, opts ...client.SubResourcePatchOption,
	) error {
		if crashed.Load() && w.kestra.WriteCount() > 0 {
			return errors.New("crashed")
		}
		return c.SubResource(sub).Patch(ctx, obj, patch, opts...)
	}
	return func() { crashed.Store(false) }
}

func TestProofOfOwnershipSurvivesACrashBetweenWriteAndStatus(t *testing.T) {
	crash := func(t *testing.T) (*world, *v1alpha1.KestraFlow) {
		w := newWorld(t, devkestra.Options{})
		restore := crashAfterWrite(w)
		w.start()
		obj := makeFlow("hello", "hello", sourceOf("hello", "hi"), neverAdopt)
		w.create(obj)
		w.eventually("the write", func(context.Context) (bool, error) { return w.kestra.WriteCount() > 0, nil })
		w.stop()
		restore()
		if err := w.client.Get(t.Context(), client.ObjectKeyFromObject(obj), obj); err != nil {
			t.Fatal(err)
		}
		if target := obj.Status.Target; target == nil || target.Written || target.IntentHash == "" {
			t.Fatalf("target = %+v, want the intent alone", target)
		}
		return w, obj
	}
	t.Run("the object goes on as the owner", func(t *testing.T) {
		w, obj := crash(t)
		w.start()
		w.awaitSynced(obj)
		if got := w.kestra.WriteCount(); got != 1 {
			t.Errorf("%d writes, want the one before the crash", got)
		}
	})
	t.Run("also when its spec has changed meanwhile", func(t *testing.T) {
		w, obj := crash(t)
		update(w, obj, func(obj *v1alpha1.KestraFlow) { obj.Spec.Source = sourceOf("hello", "two") })
		w.start()
		w.awaitSynced(obj)
		assertInKestra(t, w, "hello", readOnlySourceOf("hello", "two"))
	})
	t.Run("a deletion deletes what was written", func(t *testing.T) {
		w, obj := crash(t)
		w.beginDeletion(obj)
		w.start()
		w.awaitGone(obj)
		if _, found := w.kestra.Flow("main", team, "hello"); found {
			t.Error("the flow is still in Kestra")
		}
	})
	t.Run("what someone else has put there meanwhile is not the object's", func(t *testing.T) {
		w, obj := crash(t)
		w.kestra.PutFlow("main", team, "hello", sourceOf("hello", "foreign"))
		w.start()
		w.awaitReady(obj, metav1.ConditionFalse, v1alpha1.ReasonNotAdopted)
		w.delete(obj)
		assertInKestra(t, w, "hello", sourceOf("hello", "foreign"))
	})
}

func TestInvariant7OneOwnerPerTarget(t *testing.T) {
	w := newWorld(t, devkestra.Options{}).start()
	first := makeFlow("first", "hello", sourceOf("hello", "first"))
	w.create(first)
	w.awaitSynced(first)
	second := makeFlow("second", "hello", sourceOf("hello", "second"), neverAdopt)
	w.create(second)
	w.awaitReady(second, metav1.ConditionFalse, v1alpha1.ReasonConflict)
	if message := conditionOf(second, v1alpha1.ConditionReady).Message; !strings.Contains(message, w.namespace+"/first") {
		t.Errorf("message = %q, want it to name the owner", message)
	}
	if admitted := conditionOf(second, v1alpha1.ConditionAdmitted); admitted.Status != metav1.ConditionTrue {
		t.Errorf("Admitted = %+v, want True: the spec is not the problem", admitted)
	}
	assertInKestra(t, w, "hello", readOnlySourceOf("hello", "first"))

	t.Run("the next takes over without a gap", func(t *testing.T) {
		w.delete(first)
		w.awaitSynced(second)
		assertInKestra(t, w, "hello", readOnlySourceOf("hello", "second"))
		for _, revision := range w.kestra.FlowRevisions("main", team, "hello") {
			if revision.Deleted {
				t.Errorf("revision %d deleted the flow", revision.Revision)
			}
		}
	})
	t.Run("and is its owner", func(t *testing.T) {
		w.delete(second)
		if _, found := w.kestra.Flow("main", team, "hello"); found {
			t.Error("the flow is still in Kestra")
		}
	})
}

func TestAnObjectThatLostAConflictDeletesNothing(t *testing.T) {
	w := newWorld(t, devkestra.Options{}).start()
	first := makeFlow("first", "hello", sourceOf("hello", "first"))
	w.create(first)
	w.awaitSynced(first)
	w.awaitYounger(first)
	second := makeFlow("second", "hello", sourceOf("hello", "second"))
	w.create(second)
	w.awaitReady(second, metav1.ConditionFalse, v1alpha1.ReasonConflict)

	// Had it written before, that is no longer its own.
	base := second.DeepCopy()
	second.Status.Target = &v1alpha1.TargetStatus{Tenant: "main", Namespace: team, Name: "hello", Written: true}
	if err := w.client.Status().Patch(t.Context(), second, client.MergeFrom(base)); err != nil {
		t.Fatal(err)
	}
	w.requestReconcile(second)
	if second.Status.Target != nil {
		t.Errorf("target = %+v, want none", second.Status.Target)
	}
	w.delete(second)
	assertInKestra(t, w, "hello", readOnlySourceOf("hello", "first"))
}

func TestTheIndexNamesTheOwnerOfATarget(t *testing.T) {
	w := newWorld(t, devkestra.Options{}).start()
	flow, file := makeFlow("hello", "hello", sourceOf("hello", "hi")), makeFile("f", "/d/f.txt", "c")
	w.create(flow, file)
	w.awaitSynced(flow, file)
	cases := map[string]struct {
		kind, tenant, namespace, name string
		want                          client.Object
	}{
		"in the default tenant":      {"KestraFlow", "", team, "hello", flow},
		"in the same tenant by name": {"KestraFlow", "main", team, "hello", flow},
		"in another tenant":          {"KestraFlow", "other", team, "hello", nil},
		"another id":                 {"KestraFlow", "", team, "bye", nil},
		"another kind":               {"KestraKeyValue", "", team, "hello", nil},
		"an unknown kind":            {"Pod", "", team, "hello", nil},
		"no name at all":             {"KestraFlow", "", "", "", nil},
		"a file":                     {"KestraNamespaceFile", "", team, "d/f.txt", file},
		"a file, with its slash":     {"KestraNamespaceFile", "", team, "/d/f.txt", file},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			owner, found := w.targets.Owner(t.Context(), tc.kind, tc.tenant, tc.namespace, tc.name)
			if found != (tc.want != nil) || (found && owner != client.ObjectKeyFromObject(tc.want)) {
				t.Errorf("owner = %s, found: %v", owner, found)
			}
		})
	}
}

// awaitYounger waits until the next object that is created is younger than obj: times of creation have whole seconds.
func (w *world) awaitYounger(obj client.Object) {
	w.t.Helper()
	w.eventually("another second", func(context.Context) (bool, error) {
		return time.Since(obj.GetCreationTimestamp().Time) > time.Second, nil
	})
}

// Nobody deletes a tenant's flows by changing a flag.
func TestAChangedDefaultTenantLeavesWhatIsInTheFormerOne(t *testing.T) {
	token := devkestra.Token{Value: "an-api-token", ServiceAccount: true}
	w := newWorld(t, devkestra.Options{
		Edition: devkestra.Enterprise, Tenants: []string{"main", "other"}, Tokens: []devkestra.Token{token},
	})
	w.token = token.Value
	w.start()
	obj := makeFlow("hello", "hello", sourceOf("hello", "hi"))
	w.create(obj)
	w.awaitSynced(obj)
	w.stop()
	w.defaultTenant = "other"
	w.start()
	w.eventually("the flow in the other tenant", func(context.Context) (bool, error) {
		_, found := w.kestra.Flow("other", team, "hello")
		return found, nil
	})
	w.awaitSynced(obj)
	w.delete(obj)
	if _, found := w.kestra.Flow("other", team, "hello"); found {
		t.Error("the flow is still in the tenant that its object kept last")
	}
	assertInKestra(t, w, "hello", readOnlySourceOf("hello", "hi"))
}

func TestTheTargetPolicyHoldsInTheReconcilerToo(t *testing.T) {
	w := newWorld(t, devkestra.Options{})
	w.options.TargetPolicy = func(kubernetesNamespace, tenant, namespace string) error {
		if kubernetesNamespace == w.namespace && tenant == "main" && namespace == team {
			return errors.New("this namespace may write to nothing")
		}
		return nil
	}
	w.start()
	obj := makeFlow("hello", "hello", sourceOf("hello", "hi"))
	w.create(obj)
	w.awaitReady(obj, metav1.ConditionFalse, v1alpha1.ReasonValidationError)
	if got := w.kestra.RequestCount(); got != 0 {
		t.Errorf("%d calls of Kestra, want none", got)
	}
}
