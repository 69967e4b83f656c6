package faults_test

import (
	"context"
	"slices"
	"strings"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/kestra-operator/kestra-operator/schemas/v1alpha1"
)

// scenario is something that users do, whose calls are let fail one by one.
type scenario struct {
	name string
	// asleep is true when the operator does not run before the user acts.
	asleep bool
	// prepare makes the state in which the scenario begins, with an operator that has settled.
	prepare func(*world)
	// act is what the user does.
	act func(*world)
	// object that holds the outcome; none is left when the outcome is nothing.
	object string
	// outcome is what Kestra holds in the end.
	outcome string
	// revisions of the target at the end. What Kestra tells of a key-value or file that is gone is 0.
	revisions map[string]int
	// allowed are the reasons that the scenario brings about by itself.
	allowed []string
}

func revisions(flow, keyValue, file int) map[string]int {
	all := map[string]int{}
	for _, k := range slices.Concat(kinds, dialects, processes()) {
		switch {
		case strings.HasPrefix(k.name, flowKind.name):
			all[k.name] = flow
		case strings.HasPrefix(k.name, keyValueKind.name):
			all[k.name] = keyValue
		default:
			all[k.name] = file
		}
	}
	return all
}

// start is the start of an operator that finds work. What it asks Kestra for is no different from a creation.
var start = scenario{
	name:    "start",
	asleep:  true,
	prepare: func(w *world) { w.create("mine", one) },
	act:     func(w *world) { w.operator.start() },
	object:  "mine", outcome: one, revisions: revisions(1, 1, 1),
}

// comeback is the start of an operator whose object was changed in Kestra meanwhile: it sweeps, too.
var comeback = scenario{
	name:   "comeback",
	asleep: true,
	prepare: func(w *world) {
		w.operator.start()
		w.createSettled("mine", one)
		w.operator.stop()
		w.newOperator()
		w.kind.put(w.kestra, theirs)
	},
	act:    func(w *world) { w.operator.start() },
	object: "mine", outcome: one, revisions: revisions(3, 3, 3),
}

// lives are the scenarios in which an object is written and deleted.
func lives() []scenario { return scenarios[:3] }

var scenarios = []scenario{
	{
		name:    "create",
		prepare: func(*world) {},
		act:     func(w *world) { w.create("mine", one) },
		object:  "mine", outcome: one, revisions: revisions(1, 1, 1),
	},
	{
		name:    "update",
		prepare: func(w *world) { w.createSettled("mine", one) },
		act:     func(w *world) { w.edit("mine", two) },
		object:  "mine", outcome: two, revisions: revisions(2, 2, 2),
	},
	{
		name:    "delete",
		prepare: func(w *world) { w.createSettled("mine", one) },
		act:     func(w *world) { w.delete("mine") },
		object:  "mine", outcome: nothing, revisions: revisions(2, 0, 0),
	},
	{
		name:    "adopt", // what somebody else has written
		prepare: func(w *world) { w.kind.put(w.kestra, theirs) },
		act:     func(w *world) { w.create("mine", one) },
		object:  "mine", outcome: one, revisions: revisions(2, 2, 2),
	},
	{
		name: "inherit", // from an object that is deleted
		prepare: func(w *world) {
			w.createSettled("elder", one)
			w.create("heir", two)
			w.await("the conflict of the heir", func(context.Context) string {
				return w.truth.lacks("heir", v1alpha1.ConditionReady, metav1.ConditionFalse, v1alpha1.ReasonConflict)
			})
		},
		act:    func(w *world) { w.delete("elder") },
		object: "heir", outcome: two, revisions: revisions(2, 2, 2),
		allowed: []string{v1alpha1.ReasonConflict},
	},
}
