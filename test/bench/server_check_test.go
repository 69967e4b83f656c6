package bench

import (
	"fmt"
	"testing"
	"time"

	devkestra "github.com/kestra-operator/kestra-operator/test/kestra"
)

const (
	// serverTakes is about how long a real server takes to validate a flow.
	serverTakes  = 20 * time.Millisecond
	checkRounds  = 6
	checksARound = 40
)

// BenchmarkServerCheck applies flows in turn with the operator's own judge alone, with Kestra asked too, and asks Kestra
// directly.
func BenchmarkServerCheck(b *testing.B) {
	server := devkestra.Start(b, devkestra.Options{})
	alone := startOperator(b, "alone", server, "--server-check=off", "--kestra-version=1.3")
	asking := startOperator(b, "asking", server, "--server-check=preferred", "--kestra-version=1.3")
	judged, asked := newSide(b, "alone", alone.webhooks, alone.readMetrics), newSide(b, "asking", asking.webhooks, asking.readMetrics)
	// An apply that waits for Kestra finds caches and processors cold when it goes on. Without a pause as long before each,
	// the others would always find them warm, and that would be told as an addition.
	judged.rest, asked.rest = serverTakes, serverTakes
	alone.awaitReady(b)
	asking.awaitReady(b)
	applyUntilTaken(b, judged, asked)
	server.SetLatency(serverTakes)
	for b.Loop() {
		server.ResetRequests()
		before, beforeAlone := ownTime(b, asking), ownTime(b, alone)
		direct := inTurn(b, server, judged, asked)
		without, with, bare := quantile(judged.took, 0.5), quantile(asked.took, 0.5), quantile(direct, 0.5)
		b.ReportMetric(milliseconds(bare), "ms-server")
		b.ReportMetric(milliseconds(with-without), "ms-added")
		b.ReportMetric(milliseconds(with-without-bare), "ms-added-beyond-server")
		applies := float64(len(asked.took))
		added := (ownTime(b, asking)-before)/applies - (ownTime(b, alone)-beforeAlone)/float64(len(judged.took))
		b.ReportMetric(added*1000, "ms-added-in-operator")
		questions := len(server.Requests(devkestra.Request.IsValidate)) - len(direct)
		b.ReportMetric(float64(questions)/applies, "questions/apply")
		b.ReportMetric(0, "ns/op")
	}
}

// ownTime is how long an operator took for its answers in admission, without the time that it waited for Kestra, in seconds.
func ownTime(b testing.TB, o *operator) float64 {
	b.Helper()
	now := o.readMetrics(b)
	return now.sum("kestra_operator_admission_duration_seconds", nil) - now.sum("kestra_operator_kestra_request_duration_seconds", nil)
}

// inTurn applies with both sides, and returns how long direct questions took.
func inTurn(b testing.TB, server *devkestra.Server, judged, asked *side) (direct []time.Duration) {
	b.Helper()
	client, appliers := newKestraClient(b, server), []applier{newApplier(b)}
	judged.took, asked.took = nil, nil
	for round := range checkRounds {
		for _, s := range []*side{judged, asked} {
			s.took = append(s.took, s.round(b, appliers, round, checksARound)...)
		}
		for i := range checksARound {
			pause(b, serverTakes)
			text := source("direct", fmt.Sprintf("round %d, question %d", round, i), admissionFlowSize)
			began := time.Now()
			if _, err := client.ValidateFlow(b.Context(), devkestra.DefaultTenant, []byte(text)); err != nil {
				b.Fatal(err)
			}
			direct = append(direct, time.Since(began))
		}
	}
	return direct
}
