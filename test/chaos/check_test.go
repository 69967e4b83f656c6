package chaos

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/google/go-cmp/cmp"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/kestra-operator/kestra-operator/schemas/v1alpha1"
	"github.com/kestra-operator/kestra-operator/test/suite"
)

// check waits until the healed world has converged, and notes every difference that stays.
func (w *world) check(round int) {
	w.t.Helper()
	w.await("the replicas", w.unready)
	for _, t := range w.targets() {
		w.subject = t
		w.await(fmt.Sprintf("the %s %s to converge in round %d", t.kind.name, t.name, round), func(ctx context.Context) string {
			return w.unsettled(ctx, t)
		})
		w.subject = nil
	}
	for _, t := range w.targets() {
		w.compare(t)
	}
	w.checkSteady(round)
	if diff := cmp.Diff(w.untouched, readUntouched(w.kestra)); diff != "" {
		w.differs("what nobody touched has changed (-before +after):\n%s", diff)
	}
	for _, violation := range w.kestra.Violations() {
		w.differs("a call that would harm a real Kestra: %+v", violation)
	}
	w.checkLogs()
	w.checkCertificates()
	w.count("checks")
}

func (w *world) targets() (all []*target) {
	for _, u := range w.users {
		all = append(all, u.targets...)
	}
	return all
}

// stored are the objects of a target in the API server.
func (w *world) stored(ctx context.Context, t *target) ([]client.Object, error) {
	ctx, cancel := context.WithTimeout(ctx, callTimeout) // a connection of before a restart may be dead
	defer cancel()
	list := t.newList()
	if err := w.client.List(ctx, list, client.InNamespace(objects)); err != nil {
		return nil, err
	}
	var claims []client.Object
	err := meta.EachListItem(list, func(item runtime.Object) error {
		if obj := item.(client.Object); t.target(obj) == t.name {
			claims = append(claims, obj)
		}
		return nil
	})
	return claims, err
}

// unsettled says what a target lacks to be as its objects want it; empty when it lacks nothing.
func (w *world) unsettled(ctx context.Context, t *target) string {
	claims, err := w.stored(ctx, t)
	if err != nil {
		return err.Error()
	}
	var ready []client.Object
	for _, obj := range claims {
		condition := readyOf(obj)
		switch {
		case !obj.GetDeletionTimestamp().IsZero():
			return obj.GetName() + " is being deleted: " + condition.Message
		case condition.ObservedGeneration != obj.GetGeneration():
			return obj.GetName() + " has a status of an older generation"
		case condition.Status == metav1.ConditionTrue && condition.Reason == v1alpha1.ReasonSucceeded:
			ready = append(ready, obj)
		case condition.Reason == v1alpha1.ReasonSuspended && suite.PolicyOf(obj).Suspend:
			return "" // whatever Kestra holds
		case condition.Reason == v1alpha1.ReasonConflict && len(claims) > 1:
		default:
			return fmt.Sprintf("%s: Ready=%s, %s: %s", obj.GetName(), condition.Status, condition.Reason, condition.Message)
		}
	}
	held := t.holds(w.kestra, t.name)
	switch {
	case len(claims) > 0 && len(ready) != 1:
		return fmt.Sprintf("%d of %d objects are ready", len(ready), len(claims))
	case len(claims) > 0 && held != t.wants(ready[0]):
		return fmt.Sprintf("Kestra holds %q, and %s wants %q", held, ready[0].GetName(), t.wants(ready[0]))
	case len(claims) == 0 && !slices.Contains(t.may, held):
		return fmt.Sprintf("Kestra holds %q without an object, and may hold %q", held, t.may)
	}
	return ""
}

func readyOf(obj client.Object) metav1.Condition {
	if ready := meta.FindStatusCondition(suite.StatusOf(obj).Conditions, v1alpha1.ConditionReady); ready != nil {
		return *ready
	}
	return metav1.Condition{Reason: "none", Message: "no status"}
}

// compare compares what the API server holds of a target with what its user was told, and makes that the user's truth.
func (w *world) compare(t *target) {
	w.t.Helper()
	claims, err := w.stored(w.t.Context(), t)
	if err != nil {
		w.fatal("list the objects of %s %s: %v", t.kind.name, t.name, err)
	}
	stored := map[string]client.Object{}
	for _, obj := range claims {
		stored[obj.GetName()] = obj
	}
	var known []*claim
	for _, c := range t.claims {
		obj := stored[c.obj.GetName()]
		switch {
		case obj == nil && !c.deleted && !c.perhapsDeleted && c.acknowledged != "":
			w.differs("%s %s was stored, not deleted, and is gone", t.kind.name, c.obj.GetName())
		case obj != nil && c.deleted:
			w.differs("%s %s was deleted and is there", t.kind.name, c.obj.GetName())
		case obj != nil:
			w.adopt(t, c, obj)
			known = append(known, c)
		}
		delete(stored, c.obj.GetName())
	}
	for name := range stored {
		w.differs("%s %s is there and nobody stored it", t.kind.name, name)
	}
	t.claims, t.may = known, []string{t.holds(w.kestra, t.name)}
}

// adopt compares an object with its claim, which then says what the object says.
func (w *world) adopt(t *target, c *claim, obj client.Object) {
	content := ""
	for _, told := range append([]string{c.acknowledged}, c.doubtful...) {
		if told != "" && t.textOf(c.obj, told) == t.wants(obj) {
			content = told
		}
	}
	if content == "" {
		w.differs("%s %s holds %q, and its user was told that it holds %q (in doubt: %q)", t.kind.name, obj.GetName(), t.wants(obj), c.acknowledged, c.doubtful)
	}
	policy := suite.PolicyOf(obj)
	fresh := t.newObject(obj.GetName(), t.name)
	t.edit(fresh, t.name, content)
	suite.PolicyOf(fresh).Suspend, suite.PolicyOf(fresh).DeletionPolicy = policy.Suspend, policy.DeletionPolicy
	*c = claim{
		obj: fresh, acknowledged: content, since: []string{content},
		suspended: policy.Suspend, orphan: policy.DeletionPolicy == v1alpha1.DeletionOrphan,
		settled: c.settled || readyOf(obj).Status == metav1.ConditionTrue,
	}
}

// checkSteady has the operator look at everything again, by another clock where it has one; it must find nothing to write.
func (w *world) checkSteady(round int) {
	w.t.Helper()
	stamp := fmt.Sprintf("round %d", round)
	before := w.kestra.WriteCount()
	w.jumpApart(round)
	for _, t := range w.targets() {
		for _, c := range t.claims {
			changed := c.obj.DeepCopyObject().(client.Object)
			changed.SetAnnotations(map[string]string{v1alpha1.AnnotationReconcileAt: stamp})
			if err := w.client.Patch(w.t.Context(), changed, client.MergeFrom(c.obj)); err != nil {
				w.fatal("ask for another look: %v", err)
			}
		}
	}
	for _, t := range w.targets() {
		w.await("another look at "+t.name, func(ctx context.Context) string {
			claims, err := w.stored(ctx, t)
			if err != nil {
				return err.Error()
			}
			for _, obj := range claims {
				if suite.StatusOf(obj).LastHandledReconcileAt != stamp && !suite.PolicyOf(obj).Suspend {
					return obj.GetName() + " was not looked at"
				}
			}
			return ""
		})
	}
	writes := w.kestra.Writes()
	for _, write := range writes[len(writes)-(w.kestra.WriteCount()-before):] {
		w.differs("a write to a settled Kestra: %s %s, answered %d", write.Method, write.Path, write.Status)
	}
	for _, t := range w.targets() {
		if lacks := w.unsettled(w.t.Context(), t); lacks != "" {
			w.differs("%s %s did not stay as it was: %s", t.kind.name, t.name, lacks)
		}
	}
}

// checkLogs looks for what no process may say, and how much memory it has taken.
func (w *world) checkLogs() {
	for i, r := range w.replicas {
		text, err := r.Text()
		if err != nil {
			w.fatal("read a log: %v", err)
		}
		for _, never := range []string{"panic:", "DATA RACE", "fatal error", "PRIVATE KEY", canary, w.kestra.Credentials().Password} {
			if at := strings.Index(text, never); at >= 0 {
				w.differs("replica %d logs %q: %s", i, never, text[at:min(len(text), at+2000)])
			}
		}
		if peak, err := r.Peak(); err == nil {
			w.most("MiB of memory at the most", peak)
		}
	}
}
