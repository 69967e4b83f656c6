package flow

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/santhosh-tekuri/jsonschema/v5"
	"gopkg.in/yaml.v3"
)

// sampleFlow writes a valid flow of about the given size, with nesting, templates, inputs and triggers.
func sampleFlow(size int) []byte {
	var b strings.Builder
	b.WriteString("id: sample\nnamespace: company.team\nlabels:\n  system.readOnly: \"true\"\n  team: data\ninputs:\n  - id: name\n    type: STRING\n    defaults: world\ntasks:\n")
	for i := 0; b.Len() < size-250; i++ {
		fmt.Fprintf(&b, "  - id: group_%d\n    type: io.kestra.plugin.core.flow.Sequential\n    tasks:\n", i)
		fmt.Fprintf(&b, "      - id: fetch_%d\n        type: io.kestra.plugin.core.http.Request\n        uri: \"https://example.com/{{ inputs.name }}/%d\"\n        method: GET\n        retry:\n          type: constant\n          interval: PT5S\n          maxAttempts: 3\n", i, i)
		fmt.Fprintf(&b, "      - id: log_%d\n        type: io.kestra.plugin.core.log.Log\n        # what was fetched\n        message: |\n          status {{ outputs.fetch_%d.code }}\n          and the body of the answer, which may be long\n        level: INFO\n", i, i)
	}
	b.WriteString("triggers:\n  - id: daily\n    type: io.kestra.plugin.core.trigger.Schedule\n    cron: \"0 9 * * *\"\n    timezone: Europe/Paris\n")
	return []byte(b.String())
}

var sizes = []int{1 << 10, 3 << 10, 10 << 10, 50 << 10}

func parseOnly(b *testing.B, source []byte) {
	var n yaml.Node
	if err := yaml.Unmarshal(source, &n); err != nil {
		b.Fatal(err)
	}
}

// BenchmarkCheck shows what the judge costs next to a bare parse of the same bytes.
func BenchmarkCheck(b *testing.B) {
	catalog, err := Embedded("")
	if err != nil {
		b.Fatal(err)
	}
	for _, size := range sizes {
		source := sampleFlow(size)
		if r := Check(source, Identity{}, catalog, Options{}); len(r.Findings) > 0 {
			b.Fatalf("the sample is not clean: %v", r.Findings)
		}
		b.Run(fmt.Sprintf("%dKB", size>>10), func(b *testing.B) {
			compareWith(b, func() { parseOnly(b, source) }, func() { Check(source, Identity{}, catalog, Options{}) })
		})
	}
}

// compareWith runs two functions in turn and reports the ratio of their fastest runs, which other work on the
// machine disturbs least, and of their allocations.
func compareWith(b *testing.B, base, judged func()) {
	fastestBase, fastestJudged := time.Hour, time.Hour
	b.ReportAllocs()
	for b.Loop() {
		start := time.Now()
		base()
		middle := time.Now()
		judged()
		fastestJudged = min(fastestJudged, time.Since(middle))
		fastestBase = min(fastestBase, middle.Sub(start))
	}
	b.ReportMetric(float64(fastestJudged)/float64(fastestBase), "x-base-time")
	b.ReportMetric(testing.AllocsPerRun(10, judged)/testing.AllocsPerRun(10, base), "x-base-allocs")
}

// BenchmarkPluginCatalog shows that a flow of 30 tasks costs the same with the catalog of a server with 65 plugins
// as with the core's.
func BenchmarkPluginCatalog(b *testing.B) {
	raw, err := os.ReadFile(filepath.Join(recordings, "kestra", "1.3.25-plugins", "flow-schema.json"))
	if err != nil {
		b.Skip("no recorded flow schema")
	}
	large, err := CatalogFromSchema(bytes.NewReader(raw), "1.3.25")
	if err != nil {
		b.Fatal(err)
	}
	core, err := Embedded("")
	if err != nil {
		b.Fatal(err)
	}
	source := sampleFlow(9 << 9) // 30 tasks
	compareWith(b, func() { Check(source, Identity{}, core, Options{}) }, func() { Check(source, Identity{}, large, Options{}) })
}

// BenchmarkFirstCheck shows what the first flow costs, whose definitions are not compiled yet.
func BenchmarkFirstCheck(b *testing.B) {
	core, err := Embedded("")
	if err != nil {
		b.Fatal(err)
	}
	source := sampleFlow(3 << 10)
	for b.Loop() {
		fresh, err := LoadCatalog(core.Marshal())
		if err != nil {
			b.Fatal(err)
		}
		Check(source, Identity{}, fresh, Options{})
	}
}

// BenchmarkNaive shows what evaluating the served schema as it is costs next to the judge.
func BenchmarkNaive(b *testing.B) {
	raw, err := os.ReadFile(filepath.Join(recordings, "kestra", "1.3.25", "flow-schema.json"))
	if err != nil {
		b.Skip("no recorded flow schema")
	}
	compiler := jsonschema.NewCompiler()
	if err := compiler.AddResource("flow.json", bytes.NewReader(raw)); err != nil {
		b.Fatal(err)
	}
	schema, err := compiler.Compile("flow.json")
	if err != nil {
		b.Fatal(err)
	}
	catalog, err := Embedded("")
	if err != nil {
		b.Fatal(err)
	}
	source := sampleFlow(3 << 10)
	naive := func() {
		var v any
		if err := yaml.Unmarshal(source, &v); err != nil {
			b.Fatal(err)
		}
		_ = schema.Validate(v)
	}
	compareWith(b, func() { Check(source, Identity{}, catalog, Options{}) }, naive)
}

// BenchmarkCatalog shows what catalogs cost: reading one, making one from a server's schema, and their heap.
func BenchmarkCatalog(b *testing.B) {
	core, err := Embedded("")
	if err != nil {
		b.Fatal(err)
	}
	b.Run("core", func(b *testing.B) { loading(b, core.Marshal()) })
	raw, err := os.ReadFile(filepath.Join(recordings, "kestra", "1.3.25-plugins", "flow-schema.json"))
	if err != nil {
		b.Skip("no recorded flow schema")
	}
	data, err := BuildCatalog(bytes.NewReader(raw), "1.3.25")
	if err != nil {
		b.Fatal(err)
	}
	b.Run("plugins", func(b *testing.B) { loading(b, data) })
	b.Run("plugins-from-schema", func(b *testing.B) {
		for b.Loop() {
			if _, err := CatalogFromSchema(bytes.NewReader(raw), "1.3.25"); err != nil {
				b.Fatal(err)
			}
		}
	})
}

func loading(b *testing.B, data []byte) {
	for b.Loop() {
		if _, err := LoadCatalog(data); err != nil {
			b.Fatal(err)
		}
	}
	before := heap()
	catalog, err := LoadCatalog(data)
	if err != nil {
		b.Fatal(err)
	}
	b.ReportMetric(float64(heap()-before)/(1<<20), "MiB-loaded")
	if err := catalog.Warm(); err != nil {
		b.Fatal(err)
	}
	b.ReportMetric(float64(heap()-before)/(1<<20), "MiB-all-compiled")
	b.ReportMetric(float64(len(data))/(1<<20), "MiB-saved")
	runtime.KeepAlive(catalog)
}

func heap() uint64 {
	runtime.GC()
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}

// TestCheckAllocations keeps the judge from allocating more than twice what the parser does.
func TestCheckAllocations(t *testing.T) {
	catalog, err := Embedded("")
	if err != nil {
		t.Fatal(err)
	}
	source := sampleFlow(10 << 10)
	Check(source, Identity{}, catalog, Options{})
	parse := testing.AllocsPerRun(20, func() {
		var n yaml.Node
		if err := yaml.Unmarshal(source, &n); err != nil {
			t.Fatal(err)
		}
	})
	judged := testing.AllocsPerRun(20, func() { Check(source, Identity{}, catalog, Options{}) })
	if judged > 2*parse {
		t.Errorf("Check allocates %.0f times, a bare parse %.0f times: more than twice as often", judged, parse)
	}
}
