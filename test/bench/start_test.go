package bench

import (
	"os"
	"testing"
	"time"

	"github.com/kestra-operator/kestra-operator/test/kestra"
)

// BenchmarkStart starts the operator again and again in a cluster without a flow, and leaves it alone for a moment.
func BenchmarkStart(b *testing.B) {
	path, err := binary()
	if err != nil {
		b.Fatal(err)
	}
	file, err := os.Stat(path)
	if err != nil {
		b.Fatal(err)
	}
	const starts = 5
	namespace := newNamespace(b, nil)
	for b.Loop() {
		var took []time.Duration
		var resident []float64
		for range starts {
			o := startOperator(b, "start", kestra.Start(b, kestra.Options{}), "--watch-namespaces="+namespace)
			took = append(took, o.awaitReady(b))
			resident = append(resident, o.settledMemory(b))
			o.stop(b)
		}
		b.ReportMetric(milliseconds(quantile(took, 0.5)), "ms-to-ready")
		b.ReportMetric(median(resident), "MiB-resident-idle")
		b.ReportMetric(float64(file.Size())/(1<<20), "MiB-binary")
		b.ReportMetric(0, "ns/op")
	}
}
