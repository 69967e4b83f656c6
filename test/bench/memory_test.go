package bench

import (
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"
)

const (
	residentMetric = "process_resident_memory_bytes"
	liveMetric     = "go_memstats_heap_alloc_bytes" // just after a collection
	cpuMetric      = "process_cpu_seconds_total"
	// settling is how long a process is left alone before its memory is read: it has given back by then what its
	// start took.
	settling = 5 * time.Second
)

// pause lets time pass that a measurement needs to.
func pause(b testing.TB, d time.Duration) {
	b.Helper()
	if d == 0 {
		return
	}
	select {
	case <-time.After(d):
	case <-b.Context().Done():
		b.Fatal(b.Context().Err())
	}
}

// settledMemory is the resident memory after a moment without work, in MiB.
func (o *operator) settledMemory(b testing.TB) float64 {
	b.Helper()
	pause(b, settling)
	return o.readMetrics(b).mebibytes(residentMetric)
}

// saveHeap collects garbage and writes what is left on the heap to a profile beside the results, for go tool pprof.
func (o *operator) saveHeap(b testing.TB, name string) {
	b.Helper()
	answer, err := http.Get("http://" + o.profiles + "/debug/pprof/heap?gc=1")
	if err != nil {
		b.Fatal(err)
	}
	defer func() { _ = answer.Body.Close() }() // it was only read
	profile, err := io.ReadAll(answer.Body)
	if err != nil || answer.StatusCode != http.StatusOK {
		b.Fatalf("read a profile of the heap: %s, %v", answer.Status, err)
	}
	path := filepath.Join("../../.cache/results", fmt.Sprintf("heap-%s.pb.gz", name))
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		b.Fatal(err)
	}
	if err := os.WriteFile(path, profile, 0o644); err != nil {
		b.Fatal(err)
	}
}

func median(values []float64) float64 {
	slices.Sort(values)
	return values[len(values)/2]
}
