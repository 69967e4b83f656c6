package controllers_test

import (
	"fmt"
	"testing"

	"sigs.k8s.io/controller-runtime/pkg/client"

	devkestra "github.com/kestra-operator/kestra-operator/test/kestra"
)

// A life is a creation, an update and a deletion; none of the kinds takes more calls of Kestra for it.
const callsOfALife = 9

// Whichever call of a life fails, and however, the life goes on and ends as without the failure.
func TestAnyCallMayFail(t *testing.T) {
	faults := map[string]devkestra.Fault{
		"is never answered though carried out": {Drop: true, Carried: true},
		"does not arrive":                      {Drop: true},
		"is answered 503 though carried out":   {Status: 503, Carried: true},
		"is answered 500":                      {Status: 500, Body: `{"message":"Internal server error"}`},
		"is answered with a login page":        {Status: 200, Body: "<html>"},
	}
	for _, kind := range modelKinds {
		t.Run(kind.name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, devkestra.Options{}).start()
			kind.put(w, "foreign", "somebody's")
			foreign, _ := kind.read(w, "foreign")
			lives := 0
			for what, fault := range faults {
				lives++
				for n := 1; n <= callsOfALife && !t.Failed(); n++ {
					target := fmt.Sprintf("t%d-%d", lives, n)
					w.kestra.Fail(devkestra.Nth(n, devkestra.Every), fault, 1)
					live(w, kind, target, fmt.Sprintf("call %d %s", n, what))
					w.kestra.Heal()
				}
			}
			if got, found := kind.read(w, "foreign"); !found || got != foreign {
				t.Errorf("somebody's own: %v, %q", found, got)
			}
		})
	}
}

func live(w *world, kind modelKind, target, what string) {
	w.t.Helper()
	obj := kind.make(target, target, "one")
	w.create(obj)
	w.awaitSynced(obj)
	if got, _ := kind.read(w, target); got != kind.want(target, "one") {
		w.t.Errorf("when %s: created as %q", what, got)
	}
	update(w, obj, func(o client.Object) { kind.setContent(o, "two") })
	w.awaitSynced(obj)
	if got, _ := kind.read(w, target); got != kind.want(target, "two") {
		w.t.Errorf("when %s: updated to %q", what, got)
	}
	if got := len(w.kestra.FlowRevisions("main", team, target)); got > 2 {
		w.t.Errorf("when %s: %d revisions, want one for each spec", what, got)
	}
	w.delete(obj)
	if _, found := kind.read(w, target); found {
		w.t.Errorf("when %s: still in Kestra after the deletion", what)
	}
}

// What something else answers to a look must not count as a change in Kestra: it would be put right, by a write.
func TestALookThatSomethingElseAnswersLeadsToNoWrite(t *testing.T) {
	answers := map[string]devkestra.Fault{
		"a login page": {Status: 200, Body: "<html>"},
		"nothing":      {Status: 200},
		"other JSON":   {Status: 200, Body: `{"name":"something else"}`},
		"an error":     {Status: 200, Body: `{"message":"Internal server error"}`},
		"no route":     {Status: 404, Body: `{"message":"Not Found"}`},
	}
	const looks = 3
	for _, kind := range modelKinds {
		t.Run(kind.name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, devkestra.Options{}).start()
			obj := kind.make("t", "t", "one")
			w.create(obj)
			w.awaitSynced(obj)
			writes := w.kestra.WriteCount()
			for answer, fault := range answers {
				for n := 1; n <= looks; n++ {
					w.kestra.Fail(devkestra.Nth(n, devkestra.Every), fault, 1)
					w.requestReconcile(obj)
					w.awaitSynced(obj)
					w.kestra.Heal()
					if got := w.kestra.WriteCount(); got != writes {
						t.Fatalf("%s as the answer to look %d: %d writes", answer, n, got-writes)
					}
				}
			}
		})
	}
}
