package catalog

import (
	"bytes"
	"net/http"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"

	"github.com/kestra-operator/kestra-operator/controllers/kestra"
	"github.com/kestra-operator/kestra-operator/schemas/flow"
	devkestra "github.com/kestra-operator/kestra-operator/test/kestra"
	"github.com/kestra-operator/kestra-operator/test/recordings"
)

// readRecordedSchema returns the flow schema of a server with sixty-five plugins.
func readRecordedSchema(t testing.TB) []byte {
	t.Helper()
	return recordings.Read(t, "kestra", "1.3.25-plugins", "flow-schema.json")
}

func schemaReads(server *devkestra.Server) int {
	return len(server.Requests(func(r devkestra.Request) bool {
		return r.Method == http.MethodGet && strings.HasSuffix(r.Path, "/schemas/flow")
	}))
}

func TestTheSchemaOfAFullDistributionReachesEveryReplica(t *testing.T) {
	w := newWorld(t, devkestra.Options{FlowSchema: readRecordedSchema(t), PluginsHash: 7})
	w.watch(t)
	w.start(t, w.refresher)
	eventually(t, "the catalog of the full distribution is in force", func() bool { return w.holder.Current().Complete() })
	if got := len(w.holder.Current().Types()); got < 900 {
		t.Errorf("the catalog has %d types, want those of all the plugins", got)
	}
	unknown := []byte("id: hello\nnamespace: company.team\ntasks:\n  - id: query\n    type: io.kestra.plugin.jdbc.postgresql.Quer\n")
	findings := flow.Check(unknown, flow.Identity{}, w.holder.Current(), flow.Options{}).Findings
	suggests := func(f flow.Finding) bool {
		return f.Severity == flow.Error && strings.Contains(f.Message, `did you mean "io.kestra.plugin.jdbc.postgresql.Query"`)
	}
	if !slices.ContainsFunc(findings, suggests) {
		t.Errorf("findings = %v, want an error with a suggestion", findings)
	}
}

func TestAHostileSchemaIsRefused(t *testing.T) {
	const size = 100 << 20
	w := newWorld(t, devkestra.Options{FlowSchema: schemaOf(t, coreAnd(t, plugin)...), PluginsHash: 7})
	if err := w.refresher.refresh(t.Context(), false); err != nil {
		t.Fatal(err)
	}
	before := w.saved(t)
	hostile := slices.Concat([]byte(`{"definitions":{`), bytes.Repeat([]byte(`"a":{},`), size/7), []byte(`"b":{}}}`))
	w.server.SetFlowSchema(hostile, 8)
	reads := schemaReads(w.server)
	if err := w.refresher.refresh(t.Context(), false); err == nil {
		t.Error("a schema of 100 MB was taken")
	}
	eventually(t, "the server notices that nobody reads on", func() bool { return schemaReads(w.server) > reads })
	if again := schemaReads(w.server) - reads; again != 1 {
		t.Errorf("the schema was read %d times in one look, want once", again)
	}
	if after := w.saved(t); after.ResourceVersion != before.ResourceVersion {
		t.Error("the saved catalog was changed")
	}
}

// A server before 1.0 does not tell its plugins, so that it never looks changed.
func TestAServerThatDoesNotTellItsPluginsIsReadAgainWhenItTakesMore(t *testing.T) {
	again := make(chan struct{}, 1)
	w := newWorld(t, devkestra.Options{FlowSchema: schemaOf(t, coreAnd(t)...)})
	w.refresher.Interval, w.refresher.lastRead = time.Hour, time.Now().Add(-2*time.Hour) // the next look is far, and so is the last reading
	w.refresher.Again = again
	w.watch(t)
	w.start(t, w.refresher)
	eventually(t, "the live catalog is in force", func() bool { return w.holder.Current().Complete() })
	w.server.SetFlowSchema(schemaOf(t, coreAnd(t, plugin)...), 0)
	if looks := schemaReads(w.server); looks != 1 {
		t.Errorf("the schema was read %d times without a reason", looks)
	}
	again <- struct{}{}
	eventually(t, "the new plugin is known", func() bool { return knows(w.holder, plugin) })
}

// What a replica pays for the catalog of a full distribution, beside making it, which only the leader does.
func BenchmarkCatalogOfAFullDistribution(b *testing.B) {
	schema := readRecordedSchema(b)
	server := kestra.Server{Version: "1.3.25", PluginsHash: 7}
	made, err := flow.CatalogFromSchema(bytes.NewReader(schema), server.Version)
	if err != nil {
		b.Fatal(err)
	}
	configMap := &corev1.ConfigMap{}
	if err := save(configMap, server, made); err != nil {
		b.Fatal(err)
	}
	b.Run("make", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if _, err := flow.CatalogFromSchema(bytes.NewReader(schema), server.Version); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("load", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if _, err := load(configMap); err != nil {
				b.Fatal(err)
			}
		}
		b.ReportMetric(float64(len(configMap.BinaryData[dataKey])), "ConfigMap-bytes")
	})
	b.Run("hold", func(b *testing.B) {
		for b.Loop() {
			before := heap()
			loaded, err := load(configMap)
			if err == nil {
				err = loaded.Warm()
			}
			if err != nil {
				b.Fatal(err)
			}
			b.ReportMetric(float64(heap()-before)/(1<<20), "MiB-held")
			runtime.KeepAlive(loaded)
		}
	})
}

// heap is what is in use, in bytes.
func heap() int64 {
	runtime.GC()
	var stats runtime.MemStats
	runtime.ReadMemStats(&stats)
	return int64(stats.HeapInuse)
}
