package bench

import (
	"slices"
	"testing"
	"time"
)

const (
	residentMetric = "process_resident_memory_bytes"
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

func median(values []float64) float64 {
	slices.Sort(values)
	return values[len(values)/2]
}
