package faults_test

import (
	"context"
	"testing"

	"github.com/kestra-operator/kestra-operator/test/faults"
)

// waysInShort is how many ways each call fails in when the test is not exhaustive.
const waysInShort = 2

// failEach runs every scenario of every kind once for each of its calls through a proxy and each way to fail.
func failEach(t *testing.T, server string, kinds []kind, scenarios []scenario, ways []faults.Way, through func(*operator) *faults.Proxy) {
	for _, k := range kinds {
		for _, s := range scenarios {
			t.Run(k.name+" "+s.name, func(t *testing.T) {
				t.Parallel()
				calls := enumerate(t, k, s, through)
				line := report.begin(server, k.name, s.name, len(calls))
				for i, call := range calls {
					for _, way := range chosen(ways, call, i) {
						fault := faults.Fault{At: call, Way: way}
						if i > 0 {
							fault.Before = calls[i-1]
						}
						t.Run(call.String()+" "+way.Name, func(t *testing.T) {
							t.Parallel()
							line.run(t, k, s, func(w *world) error { return w.inject(s, through(w.operator), fault) })
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

// chosen returns the ways in which the i-th call fails: all that apply, or a few that differ from call to call.
func chosen(ways []faults.Way, call faults.Call, i int) []faults.Way {
	var applying []faults.Way
	for _, way := range ways {
		if way.Applies(call) {
			applying = append(applying, way)
		}
	}
	if *exhaustive {
		return applying
	}
	few := make([]faults.Way, 0, waysInShort)
	for n := range waysInShort {
		few = append(few, applying[(i*waysInShort+n)%len(applying)])
	}
	return few
}
