package collection

import (
	"os"
	"runtime"
	"runtime/debug"
	"runtime/metrics"
)

// Between two collections the heap grows by about growth, where Go by itself lets it double: a small one would be collected
// many times a second while flows are admitted, and one of a hundred thousand flows would take twice the memory.
const (
	growth = 24 << 20 // bytes
	// leastPercent and mostPercent of what lives bound the growth: a large heap takes long to look through, and a small one
	// may be a moment's.
	leastPercent, mostPercent = 50, 400
)

// variable turns all of this off: whoever sets it has decided.
const variable = "GOGC"

// Pace keeps the pace of collections by what lives on the heap, until the process ends. GOMEMLIMIT is heeded as ever.
func Pace() {
	if os.Getenv(variable) != "" {
		return
	}
	p := &pace{}
	p.adjust()
	p.again()
}

// pace is what was last set.
type pace struct{ percent int }

// again adjusts the pace after each collection.
func (p *pace) again() {
	garbage := new([2]uint64) // larger than what Go puts together with other objects
	runtime.AddCleanup(garbage, func(p *pace) {
		p.adjust()
		p.again()
	}, p)
}

// adjust sets the percentage unless it is about the same: setting it stops the world for a moment.
func (p *pace) adjust() {
	percent := percentOf(live())
	const slack = 10
	if percent > p.percent+slack || percent < p.percent-slack {
		p.percent = percent
		debug.SetGCPercent(percent)
	}
}

// percentOf is by how many percent a heap may grow of which so many bytes live.
func percentOf(live uint64) int {
	if live == 0 {
		return mostPercent // nothing was collected yet
	}
	return int(min(mostPercent, max(leastPercent, growth*100/live)))
}

// live is what the last collection has left on the heap, in bytes; 0 before the first.
func live() uint64 {
	sample := []metrics.Sample{{Name: "/gc/heap/live:bytes"}}
	metrics.Read(sample)
	return sample[0].Value.Uint64()
}
