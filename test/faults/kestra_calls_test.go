package faults_test

import (
	"context"
	"testing"

	"github.com/kestra-operator/kestra-operator/test/faults"
)

// waysInShort is how many ways each call fails in when the test is not exhaustive.
const waysInShort = 3

func TestTheWorldConvergesWhicheverCallToKestraFails(t *testing.T) {
	ways := faults.KestraWays(longSilence)
	for _, k := range kinds {
		for _, s := range scenarios {
			t.Run(k.name+" "+s.name, func(t *testing.T) {
				t.Parallel()
				calls := enumerate(t, k, s, func(o *operator) *faults.Proxy { return o.toKestra })
				line := report.begin("Kestra", k.name, s.name, len(calls))
				for i, call := range calls {
					for _, way := range chosen(ways, i) {
						fault := faults.Fault{At: call, Way: way}
						if i > 0 {
							fault.Before = calls[i-1]
						}
						t.Run(call.String()+" "+way.Name, func(t *testing.T) {
							t.Parallel()
							w := newWorld(t, k)
							w.begin(s)
							err := w.inject(s, w.operator.toKestra, fault)
							report.count(line, err != nil)
							if err != nil {
								t.Error(err)
							}
						})
					}
				}
			})
		}
	}
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

// chosen returns the ways in which the i-th call fails: all of them, or a few that differ from call to call.
func chosen(ways []faults.Way, i int) []faults.Way {
	if *exhaustive {
		return ways
	}
	few := make([]faults.Way, 0, waysInShort)
	for n := range waysInShort {
		few = append(few, ways[(i*waysInShort+n)%len(ways)])
	}
	return few
}
