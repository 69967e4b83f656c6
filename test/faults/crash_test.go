package faults_test

import (
	"context"
	"errors"
	"testing"

	"k8s.io/utils/ptr"

	"github.com/kestra-operator/kestra-operator/test/faults"
)

// aftermath is what happens while the operator is dead.
type aftermath struct {
	name string
	act  func(*world, scenario)
	// outcome replaces that of the scenario, unless it is nil.
	outcome *string
}

const deletion = "a deletion"

// aftermaths begin with the one that runs in short tests too.
var aftermaths = []aftermath{
	{name: "nothing", act: func(*world, scenario) {}},
	{name: "a change", act: func(w *world, s scenario) { w.edit(s.object, three) }, outcome: ptr.To(three)},
	{name: "a change back", act: func(w *world, s scenario) { w.edit(s.object, one) }, outcome: ptr.To(one)},
	{name: deletion, act: func(w *world, s scenario) { w.delete(s.object) }, outcome: ptr.To(nothing)},
}

// A process that is killed leaves behind what it has done by then, and nothing else: the next one must make do with
// what Kestra and the API server hold.
func TestTheWorldConvergesAfterACrashAtAnyPoint(t *testing.T) {
	crashEach(t, kinds, append(scenarios, start), aftermathsOf)
}

// The same with the operator's own program, which is killed with signal 9.
func TestTheWorldConvergesAfterTheProgramIsKilledAtAnyPoint(t *testing.T) {
	tried := []scenario{scenarios[0]}
	if *exhaustive {
		tried = append(scenarios, start)
	}
	crashEach(t, processes(), tried, func(s scenario, call faults.Call) []aftermath {
		return aftermathsOf(s, call)[:min(1, len(aftermathsOf(s, call)))]
	})
}

// crashEach runs every scenario of every kind once for each call after which the operator dies, and for each aftermath.
func crashEach(t *testing.T, kinds []kind, scenarios []scenario, aftermathsOf func(scenario, faults.Call) []aftermath) {
	t.Helper()
	proxies := map[string]func(*operator) *faults.Proxy{
		"Kestra":     (*operator).kestraProxy,
		"API server": (*operator).apiProxy,
	}
	for server, through := range proxies {
		for _, k := range kinds {
			for _, s := range scenarios {
				t.Run(server+" "+k.name+" "+s.name, func(t *testing.T) {
					t.Parallel()
					calls := enumerate(t, k, s, through)
					line := report.begin("crash after "+server, k.name, s.name, len(calls))
					for _, call := range calls {
						for _, after := range aftermathsOf(s, call) {
							t.Run(call.String()+", then "+after.name, func(t *testing.T) {
								t.Parallel()
								line.run(t, k, s, func(w *world) error { return w.crash(s, through(w.operator), call, after) })
							})
						}
					}
				})
			}
		}
	}
}

// aftermathsOf returns what happens after a crash at a call. A crash after a call without an effect differs from one
// after the call before it in nothing.
func aftermathsOf(s scenario, call faults.Call) []aftermath {
	switch {
	case !call.Write:
		return nil
	case !*exhaustive || s.outcome == nothing:
		return aftermaths[:1]
	default:
		return aftermaths
	}
}

// crash runs a scenario during which the operator dies right after one of its calls took effect, and returns every
// promise that its successor breaks.
func (w *world) crash(s scenario, proxy *faults.Proxy, call faults.Call, after aftermath) error {
	w.costs = w.kind.costs
	proxy.Arm(&faults.Fault{At: call, Way: faults.Crash(w.operator.kill)})
	s.act(w)
	if err := w.awaitMet(s, proxy, call); err != nil {
		return err
	}
	w.operator.stop()
	if w.kind.holds(w.kestra) == theirs && after.name == deletion {
		after.outcome = ptr.To(theirs) // it was not written yet, so it is not deleted either
	}
	after.act(w, s)
	if after.outcome != nil {
		// How many revisions there are depends on how far the operator had come.
		s.outcome, s.revisions = *after.outcome, nil
	}
	w.newOperator()
	w.operator.start()
	err := w.poll("the world to converge", func(context.Context) string { return w.lacking(s) })
	if err != nil {
		return errors.Join(err, w.verify(s))
	}
	return errors.Join(w.rest(s), w.verify(s))
}
