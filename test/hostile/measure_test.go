package hostile

import (
	"fmt"
	"os"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"text/tabwriter"
	"time"
)

// cost is what reading one text took.
type cost struct {
	reader, bomb, outcome string
	size                  int
	allocated             uint64
	took                  time.Duration
}

// costs of all tests, printed at the end.
var costs struct {
	sync.Mutex
	lines []cost
}

// measure calls a reader of a text and fails when it allocates more than the bound, in bytes. What is allocated in all is
// more than what is ever in use. The tests of this package run one after the other, or they would count each other's.
func measure(t *testing.T, reader string, b bomb, bound uint64, read func(text string) (outcome string)) {
	t.Helper()
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	start := time.Now()
	outcome := read(b.text)
	took := time.Since(start)
	runtime.ReadMemStats(&after)
	used := after.TotalAlloc - before.TotalAlloc
	if used > bound {
		t.Errorf("%s: %d MiB were allocated for %d KiB of text, want %d MiB at most", b.name, used>>20, len(b.text)>>10, bound>>20)
	}
	note(cost{reader, b.name, outcome, len(b.text), used, took})
}

// note keeps a line for the table.
func note(c cost) {
	if len(c.outcome) > 40 {
		c.outcome = c.outcome[:40]
	}
	costs.Lock()
	defer costs.Unlock()
	costs.lines = append(costs.lines, c)
}

func TestMain(m *testing.M) {
	code := m.Run()
	printCosts()
	_ = os.RemoveAll(built)
	os.Exit(code)
}

func printCosts() {
	slices.SortStableFunc(costs.lines, func(a, b cost) int { return strings.Compare(a.reader, b.reader) })
	w := tabwriter.NewWriter(os.Stdout, 0, 0, 2, ' ', 0)
	_, _ = fmt.Fprintln(w, "READER\tTEXT\tKIB\tOUTCOME\tALLOCATED MIB\tTIME")
	for _, c := range costs.lines {
		_, _ = fmt.Fprintf(w, "%s\t%s\t%d\t%s\t%.1f\t%s\n", c.reader, c.bomb, c.size>>10, c.outcome, float64(c.allocated)/mebibyte, c.took.Round(100*time.Microsecond))
	}
	_ = w.Flush()
}
