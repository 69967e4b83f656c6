package bench

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"testing"
	"time"

	"github.com/kestra-operator/kestra-operator/controllers/kestra"
	devkestra "github.com/kestra-operator/kestra-operator/test/kestra"
)

const (
	syncFlows    = 1000
	syncFlowSize = 3 << 10 // bytes
	// concurrency is the operator's own default.
	concurrency = 4
	syncRounds  = 3
	syncLimit   = 30 * time.Minute
	// slowKestra is how long a Kestra takes for an answer that the API server, for its part of a flow, takes less than.
	slowKestra = 20 * time.Millisecond
)

// syncVariable holds a number of flows to bring in at once instead of the usual thousand, in one round:
//
//	BENCH_SYNC_FLOWS=10000 go test -run '^$' -bench Sync -benchtime 1x -timeout 3h ./test/bench
const syncVariable = "BENCH_SYNC_FLOWS"

// BenchmarkSync brings flows that exist in the cluster into an empty Kestra: in turn by a bare loop of the same POSTs
// with the same number of connections, and by the operator. The rates are those at which Kestra stored flows.
func BenchmarkSync(b *testing.B) {
	flows := fromEnvironment(b, syncVariable, syncFlows)
	for _, latency := range []time.Duration{5 * time.Millisecond, 50 * time.Millisecond} {
		rounds := syncRounds
		if flows > syncFlows || latency > slowKestra { // long enough for one
			rounds = 1
		}
		b.Run(fmt.Sprintf("flows=%d/latency=%s", flows, latency), func(b *testing.B) {
			for b.Loop() {
				var each []synced
				for range rounds {
					each = append(each, syncOnce(b, flows, latency))
				}
				reportSync(b, each)
			}
		})
	}
}

// synced is what it took to bring flows into Kestra.
type synced struct {
	flows     int
	raw, ours float64 // flows per second
	// cluster is the rate of clusterRate; 0 where Kestra is what bounds it.
	cluster float64
	calls   int // of Kestra, by the operator
	written writes
}

func syncOnce(b testing.TB, flows int, latency time.Duration) synced {
	b.Helper()
	s := synced{flows: flows, raw: bareRate(b, flows, syncFlowSize, latency)}
	if latency < slowKestra {
		s.cluster = clusterRate(b, flows, syncFlowSize, latency)
	}
	namespace := newNamespace(b, nil)
	applyMany(b, namespace, 0, flows, syncFlowSize)
	server := devkestra.Start(b, devkestra.Options{})
	server.SetLatency(latency)
	before := apiServerWrites(b)
	o := startOperator(b, "sync", server, "--watch-namespaces="+namespace, "--kestra-version=1.3")
	awaitStored(b, o, server, flows)
	s.ours = storeRate(b, server, flows)
	awaitSynced(b, o, flows)
	s.calls = server.RequestCount()
	o.stop(b)
	s.written = apiServerWrites(b).since(before)
	return s
}

// bareRate is the reference: nothing but the POSTs, on as many connections as the operator uses.
func bareRate(b testing.TB, flows, size int, latency time.Duration) float64 {
	b.Helper()
	server := devkestra.NewServer(devkestra.Options{})
	if err := server.Listen("127.0.0.1:0"); err != nil {
		b.Fatal(err)
	}
	defer server.Close() // at once: what it holds would weigh on what is measured next
	server.SetLatency(latency)
	client := newKestraClient(b, server)
	each(b, concurrency, func(worker int) error {
		for i := worker; i < flows; i += concurrency {
			name := fmt.Sprintf("o%d", i)
			target := kestra.Target{Tenant: devkestra.DefaultTenant, Namespace: kestraNamespace, Name: name}
			if _, err := client.CreateFlow(b.Context(), target, []byte(source(name, "first", size))); err != nil {
				return err
			}
		}
		return nil
	})
	return storeRate(b, server, flows)
}

func newKestraClient(b testing.TB, server *devkestra.Server) *kestra.Client {
	b.Helper()
	client, err := kestra.New(kestra.Config{
		URL: server.URL(), Username: server.Credentials().Username, Password: server.Credentials().Password,
	})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(client.Close)
	return client
}

func awaitStored(b testing.TB, o *operator, server *devkestra.Server, flows int) {
	b.Helper()
	o.awaitFor(b, syncLimit, "flows in Kestra", func(context.Context) error {
		if writes := server.WriteCount(); writes < flows {
			return fmt.Errorf("%d of %d flows are there", writes, flows)
		}
		return nil
	})
}

// awaitSynced waits until every pass of the operator has ended.
func awaitSynced(b testing.TB, o *operator, flows int) {
	b.Helper()
	o.awaitFor(b, syncLimit, "the end of its work", func(context.Context) error {
		now := o.readMetrics(b)
		passes := now.sum("controller_runtime_reconcile_total", isFlow)
		busy := now.sum("controller_runtime_active_workers", isFlow) + now.sum("workqueue_depth", func(l map[string]string) bool { return l["name"] == "kestraflow" })
		if passes < float64(flows) || busy > 0 {
			return fmt.Errorf("%.0f passes over %d flows, %.0f waiting", passes, flows, busy)
		}
		return nil
	})
}

func isFlow(labels map[string]string) bool { return labels["controller"] == "kestraflow" }

// storeRate is how many flows a second Kestra stored between the first and the last.
func storeRate(b testing.TB, server *devkestra.Server, flows int) float64 {
	b.Helper()
	var stored []devkestra.Request
	for began := time.Now(); len(stored) != flows; pause(b, poll) { // a request is noted after its answer
		stored = server.Requests(func(r devkestra.Request) bool {
			return r.Method == http.MethodPost && r.Status == http.StatusOK && r.IsWrite()
		})
		if time.Since(began) > patience {
			b.Fatalf("Kestra stored %d flows, want %d", len(stored), flows)
		}
	}
	return float64(flows-1) / stored[len(stored)-1].Time.Sub(stored[0].Time).Seconds()
}

// reportSync reports the round whose ratio is the median.
func reportSync(b *testing.B, rounds []synced) {
	b.Helper()
	slices.SortFunc(rounds, func(x, y synced) int {
		if x.ours/x.raw < y.ours/y.raw {
			return -1
		}
		return 1
	})
	s := rounds[len(rounds)/2]
	b.ReportMetric(s.ours/s.raw, "x-raw-rate")
	b.ReportMetric(s.raw, "raw-flows/s")
	b.ReportMetric(s.ours, "flows/s")
	if s.cluster > 0 {
		b.ReportMetric(s.ours/s.cluster, "x-cluster-rate")
		b.ReportMetric(s.cluster, "cluster-flows/s")
	}
	b.ReportMetric(float64(s.calls)/float64(s.flows), "calls/flow")
	b.ReportMetric(s.written.objects/float64(s.flows), "object-writes/flow")
	b.ReportMetric(s.written.events/float64(s.flows), "event-writes/flow")
	b.ReportMetric(0, "ns/op")
}
