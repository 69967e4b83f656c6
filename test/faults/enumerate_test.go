package faults_test

import (
	"context"
	"fmt"
	"slices"
	"testing"

	"github.com/kestra-operator/kestra-operator/test/faults"
)

const (
	// waysInShort is how many ways each call fails in when the test is not exhaustive.
	waysInShort = 2
	// pairs is how many pairs of faults each call begins. When the test is not exhaustive, one call of so many begins one.
	pairs        = 4
	pairsInShort = 3
)

// failEach runs every scenario of every kind once for each of its calls through a proxy and each way to fail, and for some
// pairs of ways.
func failEach(t *testing.T, server string, kinds []kind, scenarios []scenario, ways []faults.Way, through func(*operator) *faults.Proxy) {
	for ki, k := range kinds {
		for si, s := range scenarios {
			t.Run(k.name+" "+s.name, func(t *testing.T) {
				t.Parallel()
				calls := enumerate(t, k, s, through)
				line := report.begin(server, k.name, s.name, len(calls))
				twice := report.begin(server+", twice", k.name, s.name, len(calls))
				for i, call := range calls {
					fault := faults.Fault{At: call}
					if i > 0 {
						fault.Before = calls[i-1]
					}
					// Which ways are chosen differs from scenario to scenario, too: some have one call.
					turn := 7*(ki*len(scenarios)+si) + i
					for _, way := range chosen(ways, call, turn) {
						fault.Way = way
						line.fail(t, k, s, through, fault)
					}
					for _, pair := range chosenPairs(ways, call, turn) {
						fault.Way, fault.Then, fault.After = pair.first, &pair.then, pair.after
						twice.fail(t, k, s, through, fault)
					}
				}
			})
		}
	}
}

// fail makes one run in which a call fails.
func (r *row) fail(t *testing.T, k kind, s scenario, through func(*operator) *faults.Proxy, fault faults.Fault) {
	name := fault.At.String() + " " + fault.Way.Name
	if fault.Then != nil {
		name += fmt.Sprintf(", then %s after %d", fault.Then.Name, fault.After)
	}
	t.Run(name, func(t *testing.T) {
		t.Parallel()
		r.run(t, k, s, func(w *world) error { return w.inject(s, through(w.operator), fault) })
	})
}

// enumerate runs a scenario without a fault and returns its calls.
func enumerate(t *testing.T, k kind, s scenario, through func(*operator) *faults.Proxy) []faults.Call {
	t.Helper()
	w := newWorld(t, k)
	w.begin(s)
	defer w.operator.stop()
	proxy := through(w.operator)
	proxy.Arm(nil)
	s.act(w)
	w.await("the world to converge", func(context.Context) string { return w.lacking(s) })
	w.awaitQuiet()
	calls := proxy.Calls()
	if err := w.verify(s); err != nil {
		t.Fatalf("without any fault: %v", err)
	}
	if len(calls) == 0 {
		t.Fatal("the scenario makes no calls")
	}
	return calls
}

// chosen returns the ways in which a call fails: all that apply, or a few that differ from turn to turn.
func chosen(ways []faults.Way, call faults.Call, turn int) []faults.Way {
	applying := slices.DeleteFunc(slices.Clone(ways), func(way faults.Way) bool { return !way.Applies(call) })
	if *exhaustive {
		return applying
	}
	few := make([]faults.Way, 0, waysInShort)
	for n := range waysInShort {
		few = append(few, applying[(turn*waysInShort+n)%len(applying)])
	}
	return few
}

// pair is a fault, and another one while the operator recovers from it.
type pair struct {
	first, then faults.Way
	after       int
}

// chosenPairs returns a few pairs that differ from turn to turn.
func chosenPairs(ways []faults.Way, call faults.Call, turn int) []pair {
	firsts := slices.DeleteFunc(slices.Clone(ways), func(way faults.Way) bool { return !way.Applies(call) })
	seconds := slices.DeleteFunc(slices.Clone(ways), faults.Way.Refuses)
	count := pairs
	switch {
	case *exhaustive:
	case turn%pairsInShort == 0:
		count = 1
	default:
		return nil
	}
	few := make([]pair, 0, count)
	for n := range count {
		at := turn*count + n
		few = append(few, pair{
			first: firsts[at%len(firsts)],
			then:  seconds[(3*at+at/len(firsts))%len(seconds)],
			after: at % 3,
		})
	}
	return few
}
