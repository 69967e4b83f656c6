package main

import (
	"fmt"
	"math"
	"slices"
	"strconv"
)

// none is the bound of what is only reported.
var none = math.NaN()

// goals are what the project wants of its speed and size, in the order of the page. Those for many flows are of as many
// as were measured.
func goals(measured results) []goal {
	goals := slices.Concat(checkGoals(), catalogGoals, admissionGoals(), syncGoals(measured.flows("Sync")))
	for _, flows := range measured.flows("Kept") {
		goals = slices.Concat(goals, keptGoals(flows))
	}
	return slices.Concat(goals, sizeGoals, shardGoals)
}

func checkGoals() []goal {
	var all []goal
	for _, size := range []string{"1KB", "3KB", "10KB", "50KB"} {
		all = append(all,
			goal{part: "**Check** of " + size, what: "time", benchmark: "Check/" + size, metric: "check/parse-time", bound: 1.5, unit: "× a bare parse"},
			goal{part: "**Check** of " + size, what: "allocations", benchmark: "Check/" + size, metric: "check/parse-allocs", bound: 2, unit: "× a bare parse"},
			goal{part: "**Check** of " + size, what: "the served schema of the core as it is", benchmark: "Check/" + size, metric: "naive-core/check-time", atLeast: true, bound: 20, unit: "× Check"})
	}
	for _, of := range []string{"size", "depth"} {
		all = append(all,
			goal{part: "**Check** of ever more " + of, what: "grows by the power", benchmark: "Growth/" + of, metric: "check-exponent", bound: 1.1},
			goal{part: "**Check** of ever more " + of, what: "and a bare parse by", benchmark: "Growth/" + of, metric: "parse-exponent", bound: none})
	}
	return append(all, goal{part: "**Check** of 3KB", what: "the served schema with 65 plugins as it is", benchmark: "Check/3KB", metric: "naive-plugins/check-time", atLeast: true, bound: 20, unit: "× Check"})
}

var catalogGoals = []goal{
	{part: "**Catalog**", what: "the core is loaded in", benchmark: "Catalog/core", metric: "ns/op", bound: 20, unit: "ms", per: 1e6},
	{part: "**Catalog**", what: "made of a schema of 8.8 MB in", benchmark: "Catalog/plugins-from-schema", metric: "ns/op", bound: 150, unit: "ms", per: 1e6},
	{part: "**Catalog**", what: "heap of that one, all compiled", benchmark: "Catalog/plugins", metric: "MiB-all-compiled", bound: 24, unit: "MiB"},
}

func admissionGoals() []goal {
	var all []goal
	for _, side := range []struct{ part, metric, unit string }{
		{"**Admission** end to end", "%s-x-floor", "× empty webhooks"},
		{"the same, and the label is set", "edited-%s-x-floor", "× empty webhooks"},
		{"the same, next to a webhook that changes every object", "edited-%s-x-changing", "× such webhooks"},
	} {
		for _, q := range []struct{ name, metric string }{{"median", "p50"}, {"99th percentile", "p99"}} {
			for _, clients := range []int{1, 10, 50, 200} {
				all = append(all, goal{
					part: side.part, what: fmt.Sprintf("%s, clients at a time %d", q.name, clients), benchmark: fmt.Sprintf("Admission/clients=%d", clients),
					metric: fmt.Sprintf(side.metric, q.metric), bound: 1.2, unit: side.unit,
				})
			}
		}
	}
	for _, at := range []struct{ what, prefix string }{
		{"webhooks that allow everything", "floor-"}, {"the operator's", ""}, {"the operator's, and the label is set", "edited-"},
	} {
		all = append(all, goal{
			part: "processor time of both webhooks", what: at.what, benchmark: "Admission/clients=10",
			metric: at.prefix + "webhooks-cpu-ms/apply", bound: none, unit: "ms an apply",
		})
	}
	return append(all,
		goal{part: "failures", what: "200 clients", benchmark: "Admission/clients=200", metric: "failures"},
		goal{part: "failures", what: "the same, and the label is set", benchmark: "Admission/clients=200", metric: "edited-failures"},
		goal{part: "both webhooks", what: "flows are judged once", benchmark: "Admission/clients=10", metric: "checks/apply", bound: 1, unit: "checks an apply"},
		goal{part: "both webhooks", what: "judgements from memory", benchmark: "Admission/clients=10", metric: "%-from-memory", bound: none, unit: "%"},
		goal{part: "with Kestra asked", what: "added beyond Kestra's own time", benchmark: "ServerCheck", metric: "ms-added-beyond-server", bound: 1, unit: "ms"},
		goal{part: "with Kestra asked", what: "questions", benchmark: "ServerCheck", metric: "questions/apply", bound: 1, unit: "an apply"})
}

func syncGoals(numbers []string) []goal {
	var all []goal
	for _, flows := range numbers {
		part := "**Sync** of " + flows + " new flows"
		for _, latency := range []string{"50ms", "5ms"} {
			all = append(all, goal{part: part, what: "rate, Kestra answers after " + latency, benchmark: "Sync/flows=" + flows + "/latency=" + latency, metric: "x-raw-rate", atLeast: true, bound: 0.9, unit: "× bare POSTs"})
		}
		all = append(all, goal{part: part, what: "the same, next to the writes to the API server too", benchmark: "Sync/flows=" + flows + "/latency=5ms", metric: "x-cluster-rate", atLeast: true, bound: 0.9, unit: "× bare POSTs and writes"})
		all = append(all, goal{part: part, what: "calls of Kestra", benchmark: "Sync/flows=" + flows + "/latency=50ms", metric: "calls/flow", bound: 1.1, unit: "a flow"})
	}
	return append(all, goal{part: "a storm of 20 updates of each of 50 flows", what: "writes to Kestra", benchmark: "Storm", metric: "kestra-writes/update", bound: 0.2, unit: "an update"})
}

func keptGoals(flows string) []goal {
	fresh, steady, restart := "**Sync** of "+flows+" new flows of 5 KB", "**Steady state**, "+flows+" flows", "a restart with them"
	of := func(phase string) string { return "Kept/flows=" + flows + "/" + phase }
	return []goal{
		{part: fresh, what: "rate, Kestra answers after 5ms", benchmark: of("new"), metric: "x-raw-rate", atLeast: true, bound: 0.9, unit: "× bare POSTs"},
		{part: fresh, what: "calls of Kestra", benchmark: of("new"), metric: "calls/flow", bound: 1.1, unit: "a flow"},
		{part: fresh, what: "writes of objects to the API server", benchmark: of("new"), metric: "object-writes/flow", bound: 3, unit: "a flow"},
		{part: fresh, what: "events", benchmark: of("new"), metric: "event-writes/flow", bound: 0.01, unit: "a flow"},
		{part: steady, what: "writes to the API server", benchmark: of("sweeps"), metric: "api-server-writes"},
		{part: steady, what: "writes to Kestra", benchmark: of("sweeps"), metric: "kestra-writes"},
		{part: steady, what: "calls of a sweep, 500 flows each", benchmark: of("sweeps"), metric: "calls/sweep", bound: pagesOf(flows), unit: "calls"},
		{part: steady, what: "other calls", benchmark: of("sweeps"), metric: "other-calls", bound: none, unit: "calls"},
		{part: steady, what: "a sweep takes", benchmark: of("sweeps"), metric: "ms/sweep", bound: none, unit: "ms"},
		{part: steady, what: "processor between sweeps", benchmark: of("quiet"), metric: "%-of-a-core", bound: 1, unit: "% of a core"},
		{part: steady, what: "resident memory of the leader", benchmark: of("quiet"), metric: "MiB-resident", bound: memoryFor(flows), unit: "MiB"},
		{part: steady, what: "the same after sweeps", benchmark: of("sweeps"), metric: "MiB-resident", bound: memoryFor(flows), unit: "MiB"},
		{part: steady, what: "of which objects live", benchmark: of("quiet"), metric: "MiB-live", bound: none, unit: "MiB"},
		{part: restart, what: "writes to Kestra", benchmark: of("restart"), metric: "kestra-writes"},
		{part: restart, what: "writes to the API server", benchmark: of("restart"), metric: "api-server-writes"},
		{part: restart, what: "ready for admission after", benchmark: of("restart"), metric: "ms-to-ready", bound: 1000, unit: "ms"},
		{part: restart, what: "resident memory", benchmark: of("restart"), metric: "MiB-resident", bound: memoryFor(flows), unit: "MiB"},
		{part: restart, what: "every flow was looked at after", benchmark: of("restart"), metric: "s-to-look-at-all", bound: none, unit: "s"},
	}
}

// memoryFor is how much memory an operator with so many flows may take, in MiB.
func memoryFor(flows string) float64 {
	switch flows {
	case "10000":
		return 128
	case "100000":
		return 300
	}
	return none
}

// pagesOf is how many pages so many flows fill.
func pagesOf(flows string) float64 {
	number, err := strconv.Atoi(flows)
	if err != nil {
		return none
	}
	return math.Ceil(float64(number) / 500)
}

var sizeGoals = []goal{
	{part: "**Memory**, resident", what: "without a flow", benchmark: "Start", metric: "MiB-resident-idle", bound: 64, unit: "MiB"},
	{part: "**Memory**, resident", what: "10 000 flows of 5 KB, a standby replica", benchmark: "Standby/flows=10000", metric: "MiB-resident", bound: 128, unit: "MiB"},
	{part: "**Memory**, resident", what: "100 000 flows of 5 KB, a standby replica", benchmark: "Standby/flows=100000", metric: "MiB-resident", bound: 300, unit: "MiB"},
	{part: "**Start and size**", what: "binary", benchmark: "Start", metric: "MiB-binary", bound: 40, unit: "MiB"},
	{part: "**Start and size**", what: "ready for admission after", benchmark: "Start", metric: "ms-to-ready", bound: 1000, unit: "ms"},
}

var shardGoals = []goal{
	{part: "**Two operators** for the flows of one", what: "flows of the first", benchmark: "Shards", metric: "x-flows-left", bound: 0.5, unit: "of all"},
	{part: "**Two operators** for the flows of one", what: "processor time of the first", benchmark: "Shards", metric: "x-cpu-left", bound: 0.6, unit: "× one alone"},
	{part: "**Two operators** for the flows of one", what: "processor time of the second", benchmark: "Shards", metric: "x-cpu-right", bound: 0.6, unit: "× one alone"},
}
