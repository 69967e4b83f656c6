package controllers_test

import (
	"context"
	"testing"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"sigs.k8s.io/cli-utils/pkg/kstatus/status"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/kestra-operator/kestra-operator/schemas/v1alpha1"
	devkestra "github.com/kestra-operator/kestra-operator/test/kestra"
	"github.com/kestra-operator/kestra-operator/test/suite"
)

// situation is what an object can be in, and what tools that read kstatus shall make of it.
type situation struct {
	// arrange leads to the situation and returns the object that is in it.
	arrange func(w *world, kind modelKind) client.Object
	ready   metav1.ConditionStatus
	reason  string
	want    status.Status
}

// settled makes an object that Kestra holds.
func settled(w *world, kind modelKind, change ...func(*v1alpha1.SyncPolicy)) client.Object {
	w.t.Helper()
	obj := kind.make("settled", "target", "one")
	for _, c := range change {
		c(suite.PolicyOf(obj))
	}
	w.create(obj)
	w.awaitSynced(obj)
	return obj
}

// anew makes an object with a policy.
func anew(w *world, kind modelKind, change ...func(*v1alpha1.SyncPolicy)) client.Object {
	w.t.Helper()
	obj := kind.make("anew", "target", "one")
	for _, c := range change {
		c(suite.PolicyOf(obj))
	}
	w.create(obj)
	return obj
}

var situations = map[string]situation{
	"synced": {
		func(w *world, kind modelKind) client.Object { return settled(w, kind) },
		metav1.ConditionTrue, v1alpha1.ReasonSucceeded, status.CurrentStatus,
	},
	"suspended": {
		func(w *world, kind modelKind) client.Object { return anew(w, kind, suspend) },
		metav1.ConditionUnknown, v1alpha1.ReasonSuspended, status.InProgressStatus,
	},
	"not adopted": {
		func(w *world, kind modelKind) client.Object {
			kind.put(w, "target", "foreign")
			return anew(w, kind, neverAdopt)
		},
		metav1.ConditionFalse, v1alpha1.ReasonNotAdopted, status.FailedStatus,
	},
	"second to another object": {
		func(w *world, kind modelKind) client.Object {
			settled(w, kind)
			return anew(w, kind)
		},
		metav1.ConditionFalse, v1alpha1.ReasonConflict, status.FailedStatus,
	},
	"changed in Kestra and reported": {
		func(w *world, kind modelKind) client.Object {
			obj := settled(w, kind, reportDrift)
			kind.put(w, "target", "edited")
			w.requestReconcile(obj)
			return obj
		},
		metav1.ConditionFalse, v1alpha1.ReasonDrifted, status.FailedStatus,
	},
	"Kestra away": {
		func(w *world, kind modelKind) client.Object {
			w.kestra.SetDown(true)
			return anew(w, kind)
		},
		metav1.ConditionFalse, v1alpha1.ReasonUnavailable, status.InProgressStatus,
	},
	"credentials refused": {
		func(w *world, kind modelKind) client.Object {
			w.kestra.Fail(devkestra.Every, devkestra.Fault{Status: 401}, devkestra.Always)
			return anew(w, kind)
		},
		metav1.ConditionFalse, v1alpha1.ReasonUnauthorized, status.InProgressStatus,
	},
	"refused by Kestra": {
		func(w *world, kind modelKind) client.Object {
			w.kestra.Fail(devkestra.WriteCall, devkestra.Fault{Status: 422, Body: `{"message":"Invalid entity"}`}, devkestra.Always)
			return anew(w, kind)
		},
		metav1.ConditionFalse, v1alpha1.ReasonRejected, status.FailedStatus,
	},
	"deleted while Kestra is away": {
		func(w *world, kind modelKind) client.Object {
			obj := settled(w, kind)
			w.kestra.SetDown(true)
			w.beginDeletion(obj)
			return obj
		},
		metav1.ConditionFalse, v1alpha1.ReasonDeleting, status.TerminatingStatus,
	},
}

// statusOfTools is what kstatus makes of an object as it is stored.
func (w *world) statusOfTools(obj client.Object) status.Status {
	w.t.Helper()
	w.eventually("the object", func(ctx context.Context) (bool, error) {
		return true, w.client.Get(ctx, client.ObjectKeyFromObject(obj), obj)
	})
	content, err := runtime.DefaultUnstructuredConverter.ToUnstructured(obj)
	if err != nil {
		w.t.Fatal(err)
	}
	result, err := status.Compute(&unstructured.Unstructured{Object: content})
	if err != nil {
		w.t.Fatal(err)
	}
	return result.Status
}

func TestKstatusAgreesWithTheConditions(t *testing.T) {
	for _, kind := range modelKinds {
		for name, tc := range situations {
			t.Run(kind.name+" "+name, func(t *testing.T) {
				t.Parallel()
				w := newWorld(t, devkestra.Options{}).start()
				obj := tc.arrange(w, kind)
				w.awaitReady(obj, tc.ready, tc.reason)
				if got := w.statusOfTools(obj); got != tc.want {
					t.Errorf("kstatus says %s, want %s; status: %+v", got, tc.want, *suite.StatusOf(obj))
				}
			})
		}
	}
}

func TestKstatusWaitsForAnObjectThatNoOperatorHasSeen(t *testing.T) {
	for _, kind := range modelKinds {
		t.Run(kind.name, func(t *testing.T) {
			w := newWorld(t, devkestra.Options{})
			if got := w.statusOfTools(anew(w, kind)); got != status.InProgressStatus {
				t.Errorf("kstatus says %s, want %s", got, status.InProgressStatus)
			}
		})
	}
}

func TestKubectlWaitsUntilObjectsOfAllKindsAreReady(t *testing.T) {
	w := newWorld(t, devkestra.Options{})
	w.create(makeFlow("f", "f", sourceOf("f", "hi")), makeKeyValue("k", "", "v"), makeFile("n", "n.txt", "c"))
	wait := func(timeout time.Duration) (string, error) {
		return plane.Kubectl(t.Context(), "wait", "--for=condition=Ready", "--namespace", w.namespace, "--timeout", timeout.String(),
			"kestraflow/f", "kestrakeyvalue/k", "kestranamespacefile/n")
	}
	if output, err := wait(time.Second); err == nil {
		t.Errorf("without an operator kubectl says %s", output)
	}
	w.start()
	if output, err := wait(pollTimeout); err != nil {
		t.Errorf("kubectl wait: %v\n%s", err, output)
	}
}
