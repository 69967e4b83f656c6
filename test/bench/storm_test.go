package bench

import (
	"context"
	"fmt"
	"testing"
	"time"

	devkestra "github.com/kestra-operator/kestra-operator/test/kestra"
)

const (
	stormFlows   = 50
	stormUpdates = 20 // of each flow, as fast as they are taken
	stormLatency = 50 * time.Millisecond
)

// BenchmarkStorm changes flows faster than Kestra can follow. Every flow ends as it was last applied, and what was
// overtaken on the way is never sent.
func BenchmarkStorm(b *testing.B) {
	for b.Loop() {
		namespace, server := newNamespace(b, nil), devkestra.Start(b, devkestra.Options{})
		server.SetLatency(stormLatency)
		applyMany(b, namespace, 0, stormFlows, syncFlowSize)
		o := startOperator(b, "storm", server, "--watch-namespaces="+namespace, "--kestra-version=1.3")
		awaitStored(b, o, server, stormFlows)
		awaitSynced(b, o, stormFlows)
		server.ResetRequests()
		began := time.Now()
		each(b, stormFlows, func(i int) error { return stormOf(b, namespace, fmt.Sprintf("o%d", i)) })
		applied := time.Since(began)
		o.await(b, "the last text of every flow", func(context.Context) error { return allHoldLast(server) })
		b.ReportMetric(float64(server.WriteCount())/(stormFlows*stormUpdates), "kestra-writes/update")
		b.ReportMetric(stormFlows*stormUpdates/applied.Seconds(), "updates/s")
		b.ReportMetric((time.Since(began) - applied).Seconds(), "s-behind")
		b.ReportMetric(0, "ns/op")
	}
}

func stormOf(b testing.TB, namespace, name string) error {
	applier := newApplier(b)
	for update := range stormUpdates {
		text := source(name, fmt.Sprintf("update %d", update), syncFlowSize)
		if err := applier.apply(b, flowObject{namespace: namespace, name: name, source: text}); err != nil {
			return err
		}
	}
	return nil
}

// allHoldLast is an error while a flow in Kestra is not the one that was applied last.
func allHoldLast(server *devkestra.Server) error {
	for i := range stormFlows {
		name := fmt.Sprintf("o%d", i)
		flow, _ := server.Flow(devkestra.DefaultTenant, kestraNamespace, name)
		if !containsMark(flow.Source, fmt.Sprintf("update %d", stormUpdates-1)) {
			return fmt.Errorf("%s is not the last one", name)
		}
	}
	return nil
}
