package faults_test

import (
	"fmt"
	"io"
	"slices"
	"sync"
	"text/tabwriter"
)

// row is one line of the report: the runs of one scenario of one kind.
type row struct {
	proxy, kind, scenario string
	calls, runs, failed   int
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

func (t *table) count(r *row, failed bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	r.runs++
	if failed {
		r.failed++
	}
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
	_, _ = fmt.Fprintln(w, "FAULTS OF\tKIND\tSCENARIO\tCALLS\tRUNS\tFAILED")
	total := row{proxy: "total"}
	for _, r := range t.rows {
		_, _ = fmt.Fprintf(w, "%s\t%s\t%s\t%d\t%d\t%d\n", r.proxy, r.kind, r.scenario, r.calls, r.runs, r.failed)
		total.calls, total.runs, total.failed = total.calls+r.calls, total.runs+r.runs, total.failed+r.failed
	}
	_, _ = fmt.Fprintf(w, "%s\t\t\t%d\t%d\t%d\n", total.proxy, total.calls, total.runs, total.failed)
	_ = w.Flush()
}
