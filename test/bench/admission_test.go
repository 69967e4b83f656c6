package bench

import (
	"fmt"
	"sync/atomic"
	"testing"
	"time"

	"github.com/kestra-operator/kestra-operator/schemas/v1alpha1"
	"github.com/kestra-operator/kestra-operator/test/kestra"
)

// side is one way to admit flows, for the flows of a namespace of its own.
type side struct {
	name, namespace string
	source          func(id, mark string, size int) string
	// webhooks reads the metrics of the process that serves the webhooks.
	webhooks func(testing.TB) metrics
	// rest is how long a client pauses before each apply.
	rest time.Duration

	took     []time.Duration
	failures int
	cpu      processorTime
}

// processorTime is what was spent while a side had its turns, in seconds.
type processorTime struct{ apiServer, webhooks float64 }

// newSide makes a side whose webhooks an address serves, which may end with the beginning of their paths.
func newSide(b testing.TB, name, address string, webhooks func(testing.TB) metrics) *side {
	b.Helper()
	register(b, name, address)
	return &side{name: name, namespace: newNamespace(b, map[string]string{sideLabel: name}), source: labelled, webhooks: webhooks}
}

// read returns what has been spent so far.
func (s *side) read(b testing.TB) processorTime {
	b.Helper()
	return processorTime{apiServer: apiServerMetrics(b).sum(cpuMetric, nil), webhooks: s.webhooks(b).sum(cpuMetric, nil)}
}

// spend adds what has been spent since before.
func (p *processorTime) spend(before, now processorTime) {
	p.apiServer += now.apiServer - before.apiServer
	p.webhooks += now.webhooks - before.webhooks
}

// nobodys are labels of objects that no operator reconciles: only admission is measured.
var nobodys = map[string]string{v1alpha1.LabelOperatorClass: "nobody"}

const (
	admissionFlowSize = 3 << 10 // bytes
	admissionRounds   = 6
	// appliesPerRound is how many applies a round has at least on each side.
	appliesPerRound = 150
)

// BenchmarkAdmission applies flows that are new to every cache, in turn with webhooks that allow everything, with some of
// which one changes every object, and with the operator's: flows that have the read-only label, and flows that get it,
// which has the API server read the object once more.
func BenchmarkAdmission(b *testing.B) {
	address := startEmptyWebhooks(b)
	emptyMetrics := func(b testing.TB) metrics { return emptyWebhookMetrics(b, address) }
	floor := newSide(b, "empty", address, emptyMetrics)
	changing := newSide(b, "changing", address+patching, emptyMetrics)
	judging := startOperator(b, "judging", kestra.Start(b, kestra.Options{}), "--server-check=off", "--kestra-version=1.3")
	judged := newSide(b, "judging", judging.webhooks, judging.readMetrics)
	edited := &side{
		name: "editing", namespace: newNamespace(b, map[string]string{sideLabel: judged.name}), source: source, webhooks: judging.readMetrics,
	}
	judging.awaitReady(b)
	applyUntilTaken(b, floor, changing, judged, edited)
	for _, clients := range []int{1, 10, 50, 200} {
		b.Run(fmt.Sprintf("clients=%d", clients), func(b *testing.B) {
			for b.Loop() {
				before := judging.readMetrics(b)
				alternate(b, clients, floor, judged, changing, edited)
				floor.report(b, "floor-")
				changing.report(b, "changing-")
				judged.report(b, "")
				edited.report(b, "edited-")
				compare(b, floor, judged, "%s-x-floor")
				compare(b, floor, edited, "edited-%s-x-floor")
				compare(b, changing, edited, "edited-%s-x-changing")
				reportJudging(b, before, judging.readMetrics(b), judged, edited)
			}
		})
	}
}

var quantiles = map[string]float64{"p50": 0.5, "p99": 0.99}

// report reports what the applies of a side took.
func (s *side) report(b *testing.B, prefix string) {
	b.Helper()
	for name, q := range quantiles {
		b.ReportMetric(milliseconds(quantile(s.took, q)), prefix+name+"-ms")
	}
	b.ReportMetric(float64(s.failures), prefix+"failures")
	b.ReportMetric(s.cpu.apiServer/float64(len(s.took))*1000, prefix+"api-server-cpu-ms/apply")
	b.ReportMetric(s.cpu.webhooks/float64(len(s.took))*1000, prefix+"webhooks-cpu-ms/apply")
}

// compare reports the latencies of a side next to those of a reference; the name of the metric has a place for that of
// the quantile.
func compare(b *testing.B, reference, ours *side, metric string) {
	b.Helper()
	for name, q := range quantiles {
		b.ReportMetric(float64(quantile(ours.took, q))/float64(quantile(reference.took, q)), fmt.Sprintf(metric, name))
	}
}

// reportJudging reports what the operator did for the applies of its sides, those left out that warmed up.
func reportJudging(b *testing.B, before, after metrics, sides ...*side) {
	b.Helper()
	applies := 0
	for _, s := range sides {
		applies += len(s.took) * (admissionRounds + 1) / admissionRounds
	}
	const reports = "kestra_operator_admission_reports_total"
	judged := func(labels map[string]string) bool { return labels["from"] == "judge" }
	checks, all := after.sum(reports, judged)-before.sum(reports, judged), after.sum(reports, nil)-before.sum(reports, nil)
	b.ReportMetric(checks/float64(applies), "checks/apply")
	b.ReportMetric((all-checks)/all*100, "%-from-memory")
	b.ReportMetric(float64(applies), "applies")
	b.ReportMetric(0, "ns/op")
}

// applyUntilTaken waits until the API server asks every side.
func applyUntilTaken(b testing.TB, sides ...*side) {
	b.Helper()
	applier := newApplier(b)
	for _, s := range sides {
		deadline := time.Now().Add(patience)
		for {
			err := applier.apply(b, flowObject{namespace: s.namespace, name: "first", labels: nobodys, source: source("first", "first", 0)})
			if err == nil {
				break
			}
			if time.Now().After(deadline) {
				b.Fatalf("%s: %v", s.name, err)
			}
		}
	}
}

// alternate lets every side have its turn in each round, with so many clients at a time, each over a connection of its own.
func alternate(b testing.TB, clients int, sides ...*side) {
	b.Helper()
	appliers := make([]applier, clients)
	for i := range appliers {
		appliers[i] = newApplier(b)
	}
	for _, s := range sides {
		s.took, s.failures, s.cpu = nil, 0, processorTime{}
	}
	for round := range admissionRounds + 1 {
		for turn := range sides {
			s := sides[(turn+round)%len(sides)] // none has its turn always after the same one
			before := s.read(b)
			took := s.round(b, appliers, round, max(2, appliesPerRound/clients))
			if round > 0 { // the first opens connections and creates the objects
				s.took = append(s.took, took...)
				s.cpu.spend(before, s.read(b))
			}
		}
	}
}

// round has each client change its object a few times, and returns how long each apply took that did not fail.
func (s *side) round(b testing.TB, appliers []applier, round, applies int) []time.Duration {
	b.Helper()
	took := make([][]time.Duration, len(appliers))
	var failures atomic.Int64
	each(b, len(appliers), func(client int) error {
		name := fmt.Sprintf("client-%d", client)
		for i := range applies {
			// A name of the side keeps the texts of two sides apart.
			text := s.source(name, fmt.Sprintf("%s, %d clients, round %d, apply %d", s.name, len(appliers), round, i), admissionFlowSize)
			pause(b, s.rest)
			began := time.Now()
			if err := appliers[client].apply(b, flowObject{namespace: s.namespace, name: name, labels: nobodys, source: text}); err != nil {
				if failures.Add(1) == 1 {
					b.Logf("%s: %v", s.name, err)
				}
				continue
			}
			took[client] = append(took[client], time.Since(began))
		}
		return nil
	})
	s.failures += int(failures.Load())
	var all []time.Duration
	for _, t := range took {
		all = append(all, t...)
	}
	return all
}
