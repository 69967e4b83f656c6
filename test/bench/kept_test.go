package bench

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	devkestra "github.com/kestra-operator/kestra-operator/test/kestra"
)

// scaleVariable holds a number of flows to keep instead of the usual ten thousand:
//
//	BENCH_FLOWS=100000 go test -run '^$' -bench Kept -benchtime 1x -timeout 3h ./test/bench
const scaleVariable, keptFlows = "BENCH_FLOWS", 10_000

const (
	keptFlowSize = 5 << 10 // bytes
	keptLatency  = 5 * time.Millisecond
)

// BenchmarkKept brings many flows into Kestra, lets nothing happen, and starts the operator again.
func BenchmarkKept(b *testing.B) {
	flows := fromEnvironment(b, scaleVariable, keptFlows)
	k := &kept{flows: flows, namespace: newNamespace(b, nil), server: devkestra.Start(b, devkestra.Options{RequestLogSize: 4 * flows}), all: b}
	k.server.SetLatency(keptLatency)
	k.empty = apiServerMetrics(b)
	applyMany(b, k.namespace, 0, flows, keptFlowSize)
	name := func(phase string) string { return fmt.Sprintf("flows=%d/%s", flows, phase) }
	// Each goes on where the one before ended.
	_ = b.Run(name("new"), k.new) && b.Run(name("quiet"), k.quiet) && b.Run(name("restart"), k.restart) && b.Run(name("sweeps"), k.sweeps)
}

// kept is an operator with many flows.
type kept struct {
	flows     int
	namespace string
	server    *devkestra.Server
	operator  *operator
	// empty is what the API server told before it had the flows.
	empty metrics
	// all is the benchmark that the phases are parts of.
	all testing.TB
}

// start starts the operator, which goes on beyond the phase.
func (k *kept) start(arguments ...string) {
	if k.operator != nil {
		k.operator.stop(k.all)
	}
	arguments = append(arguments, "--watch-namespaces="+k.namespace, "--kestra-version=1.3")
	k.operator = startOperator(k.all, "kept", k.server, arguments...)
}

// new measures how the flows come into Kestra, and the memory that they take from then on.
func (k *kept) new(b *testing.B) {
	for b.Loop() {
		const enough = 2_000 // for a rate; all of them would take minutes
		raw := bareRate(b, enough, keptFlowSize, keptLatency)
		before, cluster := apiServerWrites(b), apiServerMetrics(b)
		k.start()
		awaitStored(b, k.operator, k.server, k.flows)
		rate := storeRate(b, k.server, k.flows)
		awaitSynced(b, k.operator, k.flows)
		written := apiServerWrites(b).since(before)
		k.reportUnits(b, cluster, apiServerMetrics(b))
		raw = (raw + bareRate(b, enough, keptFlowSize, keptLatency)) / 2
		b.ReportMetric(rate/raw, "x-raw-rate")
		b.ReportMetric(raw, "raw-flows/s")
		b.ReportMetric(rate, "flows/s")
		b.ReportMetric(float64(k.server.RequestCount())/float64(k.flows), "calls/flow")
		b.ReportMetric(written.objects/float64(k.flows), "object-writes/flow")
		b.ReportMetric(written.events/float64(k.flows), "event-writes/flow")
		b.ReportMetric(0, "ns/op")
	}
}

// reportUnits reports what one flow costs while it is new.
func (k *kept) reportUnits(b *testing.B, before, after metrics) {
	b.Helper()
	const storage = "apiserver_storage_size_bytes"
	flows := float64(k.flows)
	b.ReportMetric((after.sum(cpuMetric, nil)-before.sum(cpuMetric, nil))*1000/flows, "api-server-cpu-ms/flow")
	b.ReportMetric(k.operator.readMetrics(b).sum(cpuMetric, nil)*1000/flows, "operator-cpu-ms/flow")
	b.ReportMetric((after.mebibytes(residentMetric)-k.empty.mebibytes(residentMetric))*1024/flows, "api-server-KiB/flow")
	b.ReportMetric((after.mebibytes(storage)-k.empty.mebibytes(storage))*1024/flows, "etcd-KiB/flow")
}

// quiet measures what the operator does while nothing changes, and no sweep is due.
func (k *kept) quiet(b *testing.B) {
	for b.Loop() {
		resident := k.operator.settledMemory(b)
		k.server.ResetRequests()
		writes, cpu := apiServerWrites(b), k.operator.readMetrics(b).sum(cpuMetric, nil)
		const window = 20 * time.Second
		pause(b, window)
		after := k.operator.readMetrics(b)
		written := apiServerWrites(b).since(writes)
		b.ReportMetric(resident, "MiB-resident")
		k.operator.saveHeap(b, fmt.Sprintf("leader-%d", k.flows))
		b.ReportMetric(k.operator.readMetrics(b).mebibytes(liveMetric), "MiB-live")
		b.ReportMetric((after.sum(cpuMetric, nil)-cpu)/window.Seconds()*100, "%-of-a-core")
		b.ReportMetric(written.objects, "api-server-writes")
		b.ReportMetric(written.events, "events") // those of leadership
		b.ReportMetric(float64(k.server.WriteCount()), "kestra-writes")
		b.ReportMetric(0, "ns/op")
	}
}

// restart measures a start with many flows that are all as they should be.
func (k *kept) restart(b *testing.B) {
	for b.Loop() {
		k.server.ResetRequests()
		writes := apiServerWrites(b)
		k.start()
		ready := k.operator.awaitReady(b)
		began := time.Now()
		awaitSynced(b, k.operator, k.flows)
		written := apiServerWrites(b).since(writes)
		b.ReportMetric(milliseconds(ready), "ms-to-ready")
		b.ReportMetric(time.Since(began).Seconds(), "s-to-look-at-all")
		b.ReportMetric(k.operator.settledMemory(b), "MiB-resident")
		b.ReportMetric(written.objects, "api-server-writes")
		b.ReportMetric(written.events, "events") // those of leadership
		b.ReportMetric(float64(k.server.WriteCount()), "kestra-writes")
		b.ReportMetric(0, "ns/op")
	}
}

// sweeps measures the looks for drift, which are made often for it.
func (k *kept) sweeps(b *testing.B) {
	for b.Loop() {
		const interval, least = 5 * time.Second, 3
		k.start("--interval=" + interval.String())
		k.operator.awaitReady(b)
		awaitSynced(b, k.operator, k.flows)
		k.server.ResetRequests()
		writes, cpu, began := apiServerWrites(b), k.operator.readMetrics(b).sum(cpuMetric, nil), time.Now()
		k.operator.awaitFor(b, syncLimit, "sweeps", func(context.Context) error {
			if sweeps := len(k.server.Requests(firstPage)); sweeps <= least {
				return fmt.Errorf("%d sweeps", sweeps)
			}
			return nil
		})
		s := sweptBy(k.server.Requests(devkestra.Request.IsList))
		b.ReportMetric(s.pages, "calls/sweep")
		b.ReportMetric(milliseconds(s.took), "ms/sweep")
		b.ReportMetric((k.operator.readMetrics(b).sum(cpuMetric, nil)-cpu)/time.Since(began).Seconds()*100, "%-of-a-core")
		b.ReportMetric(k.operator.settledMemory(b), "MiB-resident")
		b.ReportMetric(float64(k.server.RequestCount()-len(k.server.Requests(devkestra.Request.IsList))), "other-calls")
		b.ReportMetric(apiServerWrites(b).since(writes).objects, "api-server-writes")
		b.ReportMetric(float64(k.server.WriteCount()), "kestra-writes")
		b.ReportMetric(0, "ns/op")
	}
}

// firstPage is true for the call with which a sweep over flows begins.
func firstPage(r devkestra.Request) bool {
	return r.Method == http.MethodGet && r.IsList() && strings.Contains(r.Path+"&", "page=1&")
}

// swept is what a sweep costs.
type swept struct {
	pages float64
	took  time.Duration
}

// sweptBy looks at the sweeps that lists of pages are of, the last left out, since it may not be at its end.
func sweptBy(pages []devkestra.Request) swept {
	var begins []int
	for i, page := range pages {
		if firstPage(page) {
			begins = append(begins, i)
		}
	}
	s := swept{}
	for i := range len(begins) - 1 {
		s.took += pages[begins[i+1]-1].Time.Sub(pages[begins[i]].Time)
	}
	complete := len(begins) - 1
	s.pages = float64(begins[complete]-begins[0]) / float64(complete)
	s.took /= time.Duration(complete)
	return s
}
