package faults_test

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"sync"

	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/sets"
	"k8s.io/apimachinery/pkg/watch"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/kestra-operator/kestra-operator/schemas/v1alpha1"
	devkestra "github.com/kestra-operator/kestra-operator/test/kestra"
	"github.com/kestra-operator/kestra-operator/test/suite"
)

// honestReasons are what a status may give as a reason while calls fail: none of them blames the spec, or anybody
// else who has nothing to do with it.
var honestReasons = sets.New(
	v1alpha1.ReasonSucceeded, v1alpha1.ReasonProgressing, v1alpha1.ReasonUnavailable, v1alpha1.ReasonDeleting,
)

// truth sees every state that an object is stored in, and compares what its status claims with what Kestra holds.
type truth struct {
	kind   kind
	kestra *devkestra.Server

	mu       sync.Mutex
	objects  map[string]client.Object
	lies     []string
	outcomes int // reported since the last reset
	// allowed are reasons that a scenario brings about.
	allowed sets.Set[string]
}

// follow looks at every event of a watch until the watch ends.
func (t *truth) follow(events watch.Interface) {
	for event := range events.ResultChan() {
		obj, ok := event.Object.(client.Object)
		if !ok {
			continue
		}
		t.note(event.Type, obj)
	}
}

func (t *truth) note(event watch.EventType, obj client.Object) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if event == watch.Deleted {
		delete(t.objects, obj.GetName())
		t.outcomes++
		return
	}
	t.objects[obj.GetName()] = obj
	t.check(obj)
}

// check compares one state with Kestra. Only a change of the spec, which bumps the generation, lets Kestra hold
// anything else than what a truthful status has claimed.
func (t *truth) check(obj client.Object) {
	status := suite.StatusOf(obj)
	ready := meta.FindStatusCondition(status.Conditions, v1alpha1.ConditionReady)
	if ready == nil || ready.ObservedGeneration != obj.GetGeneration() {
		return
	}
	if ready.Reason != v1alpha1.ReasonProgressing {
		t.outcomes++
	}
	if !honestReasons.Has(ready.Reason) && !t.allowed.Has(ready.Reason) {
		t.lie(obj, fmt.Sprintf("blames the wrong thing: %s", ready.Message))
	}
	synced := meta.FindStatusCondition(status.Conditions, v1alpha1.ConditionSynced)
	claims := ready.Status == metav1.ConditionTrue ||
		(synced != nil && synced.Status == metav1.ConditionTrue && synced.ObservedGeneration == obj.GetGeneration())
	if claims && obj.GetDeletionTimestamp().IsZero() {
		if want, held := t.kind.wants(obj), t.kind.holds(t.kestra); want != held {
			t.lie(obj, fmt.Sprintf("claims %q, and Kestra holds %q", want, held))
		}
	}
	if text, err := json.Marshal(status); err != nil || strings.Contains(string(text), canary) {
		t.lie(obj, fmt.Sprintf("shows content: %s", text))
	}
}

func (t *truth) lie(obj client.Object, what string) {
	ready := meta.FindStatusCondition(suite.StatusOf(obj).Conditions, v1alpha1.ConditionReady)
	line := fmt.Sprintf("the status of %s (Ready=%s, %s) %s", obj.GetName(), ready.Status, ready.Reason, what)
	if !slices.Contains(t.lies, line) {
		t.lies = append(t.lies, line)
	}
}

// allow lets a status give more reasons.
func (t *truth) allow(reasons ...string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.allowed.Insert(reasons...)
}

// told returns every lie so far.
func (t *truth) told() []string {
	t.mu.Lock()
	defer t.mu.Unlock()
	return slices.Clone(t.lies)
}

// lacks says how an object's condition differs from what is expected of it; empty when it does not.
func (t *truth) lacks(name, condition string, status metav1.ConditionStatus, reason string) string {
	t.mu.Lock()
	defer t.mu.Unlock()
	obj, found := t.objects[name]
	if !found {
		return name + " does not exist"
	}
	is := meta.FindStatusCondition(suite.StatusOf(obj).Conditions, condition)
	switch {
	case is == nil:
		return name + " has no condition " + condition
	case is.Status != status || is.Reason != reason:
		return fmt.Sprintf("%s has %s=%s, %s: %s", name, condition, is.Status, is.Reason, is.Message)
	case is.ObservedGeneration != obj.GetGeneration() || suite.StatusOf(obj).ObservedGeneration != obj.GetGeneration():
		return name + " has a status of an older generation"
	}
	return ""
}

// exists is true while an object is stored.
func (t *truth) exists(name string) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.objects[name] != nil
}

// handled is the last request to reconcile that an object's status echoes.
func (t *truth) handled(name string) string {
	t.mu.Lock()
	defer t.mu.Unlock()
	if obj := t.objects[name]; obj != nil {
		return suite.StatusOf(obj).LastHandledReconcileAt
	}
	return ""
}

// resetOutcomes begins to count outcomes anew.
func (t *truth) resetOutcomes() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.outcomes = 0
}

// outcomeTold is true once a pass was reported since resetOutcomes.
func (t *truth) outcomeTold() bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.outcomes > 0
}

// newTruth follows the objects of a kind in a Kubernetes namespace until the function returned is called.
func newTruth(ctx context.Context, direct client.WithWatch, k kind, server *devkestra.Server, namespace string) (*truth, func(), error) {
	t := &truth{kind: k, kestra: server, objects: map[string]client.Object{}, allowed: sets.New[string]()}
	events, err := direct.Watch(ctx, k.newList(), client.InNamespace(namespace))
	if err != nil {
		return nil, nil, err
	}
	var following sync.WaitGroup
	following.Go(func() { t.follow(events) })
	return t, func() { events.Stop(); following.Wait() }, nil
}
