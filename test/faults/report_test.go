package faults_test

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"sync"
	"testing"
	"text/tabwriter"
)

// row is one line of the report: the runs of one scenario of one kind.
type row struct {
	proxy, kind, scenario string
	calls, runs, failed   int
	// unmet runs came to their end without the call that should have failed.
	unmet int
}

// attempts to make the call that shall fail.
const attempts = 3

// run makes one run, in a new world each time that the call was not made.
func (r *row) run(t *testing.T, k kind, s scenario, inject func(*world) error) {
	for range attempts {
		w := newWorld(t, k)
		w.begin(s)
		err := inject(w)
		w.operator.stop()
		if !errors.Is(err, errUnmet) {
			report.count(&r.runs)
			if err != nil {
				report.count(&r.failed)
				t.Error(err)
			}
			return
		}
	}
	report.count(&r.unmet)
}

// table counts runs.
type table struct {
	mu   sync.Mutex
	rows []*row
}

var report table

// begin adds a line for a scenario with so many calls.
func (t *table) begin(proxy, kind, scenario string, calls int) *row {
	t.mu.Lock()
	defer t.mu.Unlock()
	r := &row{proxy: proxy, kind: kind, scenario: scenario, calls: calls}
	t.rows = append(t.rows, r)
	return r
}

func (t *table) count(counter *int) {
	t.mu.Lock()
	defer t.mu.Unlock()
	*counter++
}

func (t *table) print(out io.Writer) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if len(t.rows) == 0 {
		return
	}
	slices.SortFunc(t.rows, func(a, b *row) int {
		return slices.Compare([]string{a.proxy, a.kind, a.scenario}, []string{b.proxy, b.kind, b.scenario})
	})
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	_, _ = fmt.Fprintln(w, "FAULTS OF\tKIND\tSCENARIO\tCALLS\tRUNS\tFAILED\tUNMET")
	total := row{proxy: "total"}
	for _, r := range t.rows {
		_, _ = fmt.Fprintf(w, "%s\t%s\t%s\t%d\t%d\t%d\t%d\n", r.proxy, r.kind, r.scenario, r.calls, r.runs, r.failed, r.unmet)
		total.calls += r.calls
		total.runs += r.runs
		total.failed += r.failed
		total.unmet += r.unmet
	}
	_, _ = fmt.Fprintf(w, "%s\t\t\t%d\t%d\t%d\t%d\n", total.proxy, total.calls, total.runs, total.failed, total.unmet)
	_ = w.Flush()
}
