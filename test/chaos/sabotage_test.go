package chaos

import (
	"context"
	"fmt"
	"slices"

	"sigs.k8s.io/controller-runtime/pkg/client"
)

// checkTheChecker does to a settled world, with the operator gone, what may never happen, and expects that each deed is
// noticed: a checker that overlooks it proves nothing.
func (w *world) checkTheChecker(truth *truth) {
	w.t.Helper()
	for _, r := range w.replicas {
		r.Stop()
	}
	kept := slices.Clone(w.differences)
	t := w.settledFlow()
	if t == nil {
		w.t.Log("no flow is left to check the checker with")
		return
	}
	c := t.claims[0]
	unsettled := func() string { return w.unsettled(w.t.Context(), t) }
	held := t.holds(w.kestra, t.name)
	w.expect("Kestra holds another text", func() { t.put(w.kestra, t.name, "sabotage") }, unsettled)
	w.kestra.PutFlow(tenant, team, t.name, held)
	w.expect("Kestra has lost a flow", func() { t.remove(w.kestra, t.name) }, unsettled)
	left := &target{kind: t.kind, name: "sabotage", may: []string{absent}}
	w.expect("Kestra holds what no object wants", func() { t.put(w.kestra, left.name, "sabotage") }, func() string {
		return w.unsettled(w.t.Context(), left)
	})
	w.expect("somebody else's flow was changed", func() { w.kestra.PutFlow(tenant, team, "theirs", "id: theirs\n") }, func() string {
		if readUntouched(w.kestra)["flow of "+team] != w.untouched["flow of "+team] {
			return "changed"
		}
		return ""
	})
	w.expect("a status lied", func() { truth.claims[t.name] = map[string]bool{"never": true} }, func() string {
		truth.compare()
		return w.newest(kept)
	})
	w.differences = slices.Clone(kept)
	w.expect("an object was lost", func() { w.lose(c.obj) }, func() string {
		w.compare(t)
		return w.newest(kept)
	})
	w.differences = kept // what was done here is not the operator's
}

// expect fails unless a deed is noticed.
func (w *world) expect(what string, do func(), notice func() string) {
	w.t.Helper()
	if notice() != "" {
		w.t.Errorf("%s, before it was done", what)
	}
	do()
	if notice() == "" {
		w.t.Errorf("nobody noticed that %s", what)
	}
	w.count("sabotages")
}

// newest is the last difference beyond those that were known.
func (w *world) newest(known []string) string {
	if len(w.differences) == len(known) {
		return ""
	}
	return fmt.Sprint(w.differences[len(w.differences)-1])
}

// settledFlow is a flow that one object keeps.
func (w *world) settledFlow() *target {
	for _, t := range w.targets() {
		if t.kind.name == flowKind.name && len(t.claims) == 1 && t.claims[0].settled && !t.claims[0].suspended {
			return t
		}
	}
	return nil
}

// lose removes an object from the API server, finalizer or not.
func (w *world) lose(obj client.Object) {
	w.t.Helper()
	ctx := context.WithoutCancel(w.t.Context())
	changed := obj.DeepCopyObject().(client.Object)
	if err := w.client.Get(ctx, client.ObjectKeyFromObject(obj), changed); err != nil {
		w.t.Fatal(err)
	}
	changed.SetFinalizers(nil)
	if err := w.client.Update(ctx, changed); err != nil {
		w.t.Fatal(err)
	}
	if err := w.client.Delete(ctx, obj); err != nil {
		w.t.Fatal(err)
	}
}
