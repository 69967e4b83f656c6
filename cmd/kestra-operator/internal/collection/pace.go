package collection

import (
	"os"
	"runtime"
	"runtime/debug"
	"runtime/metrics"
)

// Between two collections the heap grows by about growth, or by leastPercent where that is more. Go by itself lets it double: a
// small one would be collected many times a second while flows are admitted, and one of many flows would take twice the memory.
const (
	growth = 24 << 20 // bytes
	// leastPercent and mostPercent of what lives bound the growth: a large heap takes long to look through, and a small one
	// may be a moment's.
	leastPercent, mostPercent = 35, 400
)

// variable turns all of this off: whoever sets it has decided.
const variable = "GOGC"

// Pace keeps the pace of collections by what lives, until the process ends. GOMEMLIMIT is heeded as ever.
func Pace() {
	if os.Getenv(variable) != "" {
		return
	}
	adjust()
	again()
}

// again adjusts the pace after each collection.
func again() {
	garbage := new([2]uint64) // larger than what Go puts together with other objects
	runtime.AddCleanup(garbage, func(struct{}) {
		adjust()
		again()
	}, struct{}{})
}

func adjust() { debug.SetGCPercent(percentOf(live())) }

// percentOf is by how many percent of so many bytes the heap may grow.
func percentOf(live uint64) int {
	if live == 0 {
		return mostPercent // nothing was collected yet
	}
	return int(min(mostPercent, max(leastPercent, growth*100/live)))
}

// live is what the last collection has looked through and left, in bytes, and what the percentage is of: the heap's objects,
// stacks and global variables.
func live() uint64 {
	samples := []metrics.Sample{{Name: "/gc/heap/live:bytes"}, {Name: "/gc/scan/stack:bytes"}, {Name: "/gc/scan/globals:bytes"}}
	metrics.Read(samples)
	sum := uint64(0)
	for _, sample := range samples {
		sum += sample.Value.Uint64()
	}
	return sum
}
