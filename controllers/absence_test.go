package controllers_test

import (
	"context"
	"fmt"
	"net/http"
	"testing"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/kestra-operator/kestra-operator/schemas/v1alpha1"
	devkestra "github.com/kestra-operator/kestra-operator/test/kestra"
)

// manyFlows is how many flows are new at once: more than a list is worth for, few enough for a test.
const manyFlows = 300

// makeFlows creates flows that no operator has seen yet.
func (w *world) makeFlows(count int, change ...func(*v1alpha1.SyncPolicy)) []client.Object {
	w.t.Helper()
	var objects []client.Object
	for i := range count {
		id := fmt.Sprintf("f%d", i)
		objects = append(objects, makeFlow(id, id, sourceOf(id, "hi"), change...))
	}
	w.create(objects...)
	return objects
}

func TestManyNewFlowsTakeHardlyMoreCallsThanOneEach(t *testing.T) {
	w := newWorld(t, devkestra.Options{})
	w.makeFlows(manyFlows)
	w.start()
	w.awaitAllSynced(manyFlows)
	calls := w.kestra.RequestCount()
	t.Logf("%d calls of Kestra for %d new flows", calls, manyFlows)
	if calls > manyFlows*11/10 {
		t.Errorf("%d calls of Kestra, want at most 1.1 for each of %d new flows", calls, manyFlows)
	}
}

func TestFewNewFlowsAreLookedAtOneByOne(t *testing.T) {
	w := newWorld(t, devkestra.Options{})
	objects := w.makeFlows(5)
	w.start()
	w.awaitSynced(objects...)
	isLook := func(r devkestra.Request) bool { return r.Method == http.MethodGet && !r.IsList() }
	if got := len(w.kestra.Requests(isLook)); got != len(objects) {
		t.Errorf("%d looks, want %d", got, len(objects))
	}
}

// What others create after the list is found when creating fails, and is theirs.
func TestAFlowThatAppearsAfterTheListIsNotTakenForAnOwnOne(t *testing.T) {
	cases := map[string]struct {
		policy func(*v1alpha1.SyncPolicy)
		status metav1.ConditionStatus
		reason string
		source string
	}{
		"adopted":     {func(*v1alpha1.SyncPolicy) {}, metav1.ConditionTrue, v1alpha1.ReasonSucceeded, readOnlySourceOf("late", "hi")},
		"not adopted": {neverAdopt, metav1.ConditionFalse, v1alpha1.ReasonNotAdopted, sourceOf("late", "foreign")},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t, devkestra.Options{})
			objects := w.makeFlows(60)
			w.start()
			w.awaitSynced(objects...) // the list that knows no other flow has been taken, and the clock stands still
			w.kestra.PutFlow("main", team, "late", sourceOf("late", "foreign"))
			w.kestra.ResetRequests()
			obj := makeFlow("late", "late", sourceOf("late", "hi"), tc.policy)
			w.create(obj)
			w.awaitReady(obj, tc.status, tc.reason)
			assertInKestra(t, w, "late", tc.source)
			if creates := w.kestra.Requests(devkestra.Request.IsWrite); len(creates) == 0 || creates[0].Method != http.MethodPost {
				t.Errorf("writes = %+v, want a creation that fails first", creates)
			}
			if tc.reason == v1alpha1.ReasonNotAdopted && obj.Status.Target != nil {
				t.Errorf("target = %+v, want no trace of an intent", obj.Status.Target)
			}
		})
	}
}

func TestAListThatFailsLeadsToLooks(t *testing.T) {
	w := newWorld(t, devkestra.Options{})
	w.kestra.Fail(devkestra.Call("GET", "/flows/search"), devkestra.Fault{Status: 404}, devkestra.Always)
	objects := w.makeFlows(60)
	w.start()
	w.awaitSynced(objects...)
	w.eventually("a list that was tried", func(context.Context) (bool, error) {
		return len(w.kestra.Requests(isSweep)) > 0, nil
	})
}
