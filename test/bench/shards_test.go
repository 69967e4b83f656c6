package bench

import (
	"testing"

	devkestra "github.com/kestra-operator/kestra-operator/test/kestra"
)

// shardFlows is the number of flows that one operator keeps alone, and two share.
const shardFlows = 1_500

// BenchmarkShards gives the same flows to one operator, and then to two that each keep those with a label of theirs.
func BenchmarkShards(b *testing.B) {
	for b.Loop() {
		alone := keepShards(b, "all")
		halves := keepShards(b, "left", "right")
		b.ReportMetric(halves[0].flows/shardFlows, "x-flows-left")
		b.ReportMetric(halves[1].flows/shardFlows, "x-flows-right")
		b.ReportMetric(halves[0].cpu/alone[0].cpu, "x-cpu-left")
		b.ReportMetric(halves[1].cpu/alone[0].cpu, "x-cpu-right")
		b.ReportMetric(0, "ns/op")
	}
}

// shard is what one operator did.
type shard struct {
	flows, cpu float64
}

// keepShards has an operator for each name keep its part of the flows, of one Kestra.
func keepShards(b testing.TB, names ...string) []shard {
	b.Helper()
	namespace, server := newNamespace(b, nil), devkestra.Start(b, devkestra.Options{})
	each := shardFlows / len(names)
	var operators []*operator
	for i, name := range names {
		applyLabelled(b, namespace, i*each, (i+1)*each, syncFlowSize, map[string]string{"shard": name})
		operators = append(operators, startOperator(b, "shard-"+name, server,
			"--watch-namespaces="+namespace, "--watch-selector=shard="+name, "--kestra-version=1.3"))
	}
	awaitStored(b, operators[0], server, shardFlows)
	var shards []shard
	for _, o := range operators {
		awaitSynced(b, o, each)
		now := o.readMetrics(b)
		shards = append(shards, shard{flows: now.sum("kestra_operator_objects", nil), cpu: now.sum(cpuMetric, nil)})
		o.stop(b)
	}
	return shards
}
