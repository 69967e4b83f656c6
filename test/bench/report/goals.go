package main

import (
	"fmt"
	"math"
)

// goal is a bound on one metric of one benchmark.
type goal struct {
	part, what        string
	benchmark, metric string
	// atLeast is true when more is better.
	atLeast bool
	bound   float64
	unit    string
}

// none is the bound of what is only reported.
var none = math.NaN()

var goals = []goal{
	{part: "**Admission**, end to end, median", what: "1 client", benchmark: "Admission/clients=1", metric: "p50-x-floor", bound: 1.2, unit: "× empty webhooks"},
	{part: "**Admission**, end to end, median", what: "10 clients", benchmark: "Admission/clients=10", metric: "p50-x-floor", bound: 1.2, unit: "× empty webhooks"},
	{part: "**Admission**, end to end, median", what: "50 clients", benchmark: "Admission/clients=50", metric: "p50-x-floor", bound: 1.2, unit: "× empty webhooks"},
	{part: "**Admission**, end to end, median", what: "200 clients", benchmark: "Admission/clients=200", metric: "p50-x-floor", bound: 1.2, unit: "× empty webhooks"},
	{part: "99th percentile", what: "1 client", benchmark: "Admission/clients=1", metric: "p99-x-floor", bound: 1.2, unit: "× empty webhooks"},
	{part: "99th percentile", what: "10 clients", benchmark: "Admission/clients=10", metric: "p99-x-floor", bound: 1.2, unit: "× empty webhooks"},
	{part: "99th percentile", what: "50 clients", benchmark: "Admission/clients=50", metric: "p99-x-floor", bound: 1.2, unit: "× empty webhooks"},
	{part: "99th percentile", what: "200 clients", benchmark: "Admission/clients=200", metric: "p99-x-floor", bound: 1.2, unit: "× empty webhooks"},
	{part: "both webhooks", what: "the judge runs once", benchmark: "Admission/clients=10", metric: "checks/apply", bound: 1, unit: "checks an apply"},
	{part: "with Kestra asked", what: "added beyond Kestra's own time", benchmark: "ServerCheck", metric: "ms-added-beyond-server", bound: 1, unit: "ms"},
	{part: "with Kestra asked", what: "one question for both webhooks", benchmark: "ServerCheck", metric: "questions/apply", bound: 1, unit: "an apply"},

	{part: "**Sync**, Kestra answers after 50 ms", what: "1 000 new flows", benchmark: "Sync/flows=1000/latency=50ms", metric: "x-raw-rate", atLeast: true, bound: 0.9, unit: "× bare POSTs"},
	{part: "after 5 ms", what: "1 000 new flows", benchmark: "Sync/flows=1000/latency=5ms", metric: "x-raw-rate", atLeast: true, bound: 0.9, unit: "× bare POSTs"},
	{part: "after 5 ms", what: "10 000 new flows", benchmark: "Kept/flows=10000/new", metric: "x-raw-rate", atLeast: true, bound: 0.9, unit: "× bare POSTs"},
	{part: "calls of Kestra", what: "1 000 new flows", benchmark: "Sync/flows=1000/latency=50ms", metric: "calls/flow", bound: 1.1, unit: "a flow"},
	{part: "calls of Kestra", what: "10 000 new flows", benchmark: "Kept/flows=10000/new", metric: "calls/flow", bound: 1.1, unit: "a flow"},
	{part: "writes to the API server", what: "of objects", benchmark: "Kept/flows=10000/new", metric: "object-writes/flow", bound: 3, unit: "a flow"},
	{part: "writes to the API server", what: "of events", benchmark: "Kept/flows=10000/new", metric: "event-writes/flow", bound: 0.01, unit: "a flow"},
	{part: "a storm of updates", what: "writes to Kestra", benchmark: "Storm", metric: "kestra-writes/update", bound: 0.9, unit: "an update"},

	{part: "**Steady state**, 10 000 flows", what: "writes to the API server", benchmark: "Kept/flows=10000/sweeps", metric: "api-server-writes", bound: 0},
	{part: "**Steady state**, 10 000 flows", what: "writes to Kestra", benchmark: "Kept/flows=10000/sweeps", metric: "kestra-writes", bound: 0},
	{part: "**Steady state**, 10 000 flows", what: "a sweep is 20 pages", benchmark: "Kept/flows=10000/sweeps", metric: "calls/sweep", bound: 20, unit: "calls"},
	{part: "**Steady state**, 10 000 flows", what: "a sweep takes", benchmark: "Kept/flows=10000/sweeps", metric: "ms/sweep", bound: none, unit: "ms"},
	{part: "**Steady state**, 10 000 flows", what: "processor between sweeps", benchmark: "Kept/flows=10000/quiet", metric: "%-of-a-core", bound: 1, unit: "% of a core"},
	{part: "a restart with them", what: "writes to Kestra", benchmark: "Kept/flows=10000/restart", metric: "kestra-writes", bound: 0},
	{part: "a restart with them", what: "writes to the API server", benchmark: "Kept/flows=10000/restart", metric: "api-server-writes", bound: 0},
	{part: "a restart with them", what: "admission is ready after", benchmark: "Kept/flows=10000/restart", metric: "ms-to-ready", bound: 1000, unit: "ms"},
	{part: "a restart with them", what: "every flow was looked at after", benchmark: "Kept/flows=10000/restart", metric: "s-to-look-at-all", bound: none, unit: "s"},

	{part: "**Memory**, resident", what: "without a flow", benchmark: "Start", metric: "MiB-resident-idle", bound: 64, unit: "MiB"},
	{part: "**Memory**, resident", what: "10 000 flows of 5 KB", benchmark: "Kept/flows=10000/quiet", metric: "MiB-resident", bound: 128, unit: "MiB"},
	{part: "**Memory**, resident", what: "100 000 flows of 5 KB", benchmark: "Kept/flows=100000/quiet", metric: "MiB-resident", bound: 300, unit: "MiB"},

	{part: "**Start and size**", what: "binary", benchmark: "Start", metric: "MiB-binary", bound: 40, unit: "MiB"},
	{part: "**Start and size**", what: "from nothing to ready for admission", benchmark: "Start", metric: "ms-to-ready", bound: 1000, unit: "ms"},

	{part: "**Two operators**, each half of the flows", what: "processor time of the first", benchmark: "Shards", metric: "x-cpu-left", bound: none, unit: "× one alone"},
	{part: "**Two operators**, each half of the flows", what: "processor time of the second", benchmark: "Shards", metric: "x-cpu-right", bound: none, unit: "× one alone"},
}

func (g goal) text() string {
	if math.IsNaN(g.bound) {
		return g.what
	}
	sign := "≤"
	if g.atLeast {
		sign = "≥"
	}
	return fmt.Sprintf("%s: %s %s", g.what, sign, number(g.bound))
}

func (g goal) show(value float64, known bool) string {
	if !known {
		return "not in this run"
	}
	if g.unit == "" {
		return number(value)
	}
	return number(value) + " " + g.unit
}

func (g goal) verdict(value float64, known bool) string {
	switch {
	case !known || math.IsNaN(g.bound):
		return ""
	case g.atLeast && value >= g.bound, !g.atLeast && value <= g.bound:
		return "met"
	default:
		return "**not met**"
	}
}

// number has three digits that count.
func number(value float64) string {
	switch {
	case value == math.Trunc(value) || math.Abs(value) >= 100:
		return fmt.Sprintf("%.0f", value)
	case math.Abs(value) >= 10:
		return fmt.Sprintf("%.1f", value)
	default:
		return fmt.Sprintf("%.2f", value)
	}
}
