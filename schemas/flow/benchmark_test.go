package flow

import (
	"bytes"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/santhosh-tekuri/jsonschema/v5"
	"gopkg.in/yaml.v3"

	"github.com/kestra-operator/kestra-operator/test/recordings"
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

// flatFlow writes a flow of about the given size without nesting, which the served schema evaluates in a time that grows with
// the power of its depth.
func flatFlow(size int) []byte {
	var b strings.Builder
	b.WriteString("id: flat\nnamespace: company.team\ntasks:\n")
	for i := 0; b.Len() < size; i++ {
		fmt.Fprintf(&b, "  - id: log_%d\n    type: io.kestra.plugin.core.log.Log\n    message: number {{ execution.id }} of many, with a text that is not too short\n    level: INFO\n", i)
	}
	return []byte(b.String())
}

var sizes = []int{1 << 10, 3 << 10, 10 << 10, 50 << 10}

func parseOnly(b *testing.B, source []byte) {
	var n yaml.Node
	if err := yaml.Unmarshal(source, &n); err != nil {
		b.Fatal(err)
	}
}

// BenchmarkCheck shows in one run what the judge costs next to a bare parse of the same bytes, and what evaluating the
// served schema as it is costs next to the judge, for a flow without nesting: that of the core, and that of a server with
// 65 plugins, where they are recorded.
func BenchmarkCheck(b *testing.B) {
	catalog, err := Embedded("")
	if err != nil {
		b.Fatal(err)
	}
	core, plugins := naive(b, "1.3.25"), naive(b, "1.3.25-plugins")
	for _, size := range sizes {
		source := sampleFlow(size)
		identity := Identity{Namespace: "company.team", ID: "sample"}
		if r := Check(source, identity, catalog, Options{}); len(r.Findings) > 0 {
			b.Fatalf("the sample is not clean: %v", r.Findings)
		}
		parse := func() { parseOnly(b, source) }
		judged := func() { Check(source, identity, catalog, Options{}) }
		b.Run(fmt.Sprintf("%dKB", size>>10), func(b *testing.B) {
			var parsed, checked, flat, flatParsed, naiveCore, naivePlugins fastest
			for b.Loop() {
				parsed.run(parse)
				checked.run(judged)
			}
			simple := flatFlow(size)
			for range 5 {
				flat.run(func() { Check(simple, Identity{Namespace: "company.team", ID: "flat"}, catalog, Options{}) })
				flatParsed.run(func() { parseOnly(b, simple) })
			}
			b.ReportMetric(0, "ns/op") // of both together, which says nothing
			b.ReportMetric(float64(checked), "check-ns")
			b.ReportMetric(float64(parsed), "parse-ns")
			b.ReportMetric(checked.over(parsed), "check/parse-time")
			b.ReportMetric(testing.AllocsPerRun(10, judged)/testing.AllocsPerRun(10, parse), "check/parse-allocs")
			if core != nil {
				naiveCore.run(func() { core(simple) }) // once: it takes seconds
				b.ReportMetric(naiveCore.over(flat), "naive-core/check-time")
				b.ReportMetric(naiveCore.over(flatParsed), "naive-core/parse-time")
			}
			if plugins != nil {
				naivePlugins.run(func() { plugins(simple) })
				b.ReportMetric(naivePlugins.over(flat), "naive-plugins/check-time")
			}
		})
	}
}

// BenchmarkGrowth shows by which power of its size, and of its depth, the time grows that a flow takes to judge: 1 is linear.
func BenchmarkGrowth(b *testing.B) {
	catalog, err := Embedded("")
	if err != nil {
		b.Fatal(err)
	}
	for name, series := range map[string]struct {
		values []int
		flow   func(int) []byte
	}{
		"size":  {[]int{4 << 10, 8 << 10, 16 << 10, 32 << 10, 64 << 10, 128 << 10, 256 << 10}, sampleFlow},
		"depth": {[]int{8, 16, 32, 64, 128, 200}, nestedFlow},
	} {
		b.Run(name, func(b *testing.B) {
			var xs, checks, parses []float64
			for _, value := range series.values {
				source := series.flow(value)
				if r := Check(source, Identity{}, catalog, Options{}); len(r.Findings) > 0 {
					b.Fatalf("the flow is not clean: %v", r.Findings)
				}
				var parsed, checked fastest
				for range max(5, 300/value) {
					parsed.run(func() { parseOnly(b, source) })
					checked.run(func() { Check(source, Identity{}, catalog, Options{}) })
				}
				xs, checks, parses = append(xs, float64(value)), append(checks, float64(checked)), append(parses, float64(parsed))
				b.ReportMetric(float64(checked), fmt.Sprintf("check-ns-%d", value))
				b.ReportMetric(float64(parsed), fmt.Sprintf("parse-ns-%d", value))
			}
			b.ReportMetric(0, "ns/op") // of all together, which says nothing
			b.ReportMetric(exponent(xs, checks), "check-exponent")
			b.ReportMetric(exponent(xs, parses), "parse-exponent")
		})
	}
}

// nestedFlow writes a flow of so many tasks, each within the one before. It is in flow style, in which a level takes as much text
// as the one before.
func nestedFlow(depth int) []byte {
	var b strings.Builder
	b.WriteString("id: nested\nnamespace: company.team\ntasks: [")
	for i := range depth {
		fmt.Fprintf(&b, "{id: group_%d, type: io.kestra.plugin.core.flow.Sequential, tasks: [", i)
	}
	b.WriteString("{id: end, type: io.kestra.plugin.core.log.Log, message: hi}")
	b.WriteString(strings.Repeat("]}", depth) + "]\n")
	return []byte(b.String())
}

// exponent fits y = a·x^e to the points by least squares on their logarithms, and returns e.
func exponent(xs, ys []float64) float64 {
	var sumX, sumY, sumXX, sumXY float64
	for i := range xs {
		x, y := math.Log(xs[i]), math.Log(ys[i])
		sumX, sumY, sumXX, sumXY = sumX+x, sumY+y, sumXX+x*x, sumXY+x*y
	}
	n := float64(len(xs))
	return (n*sumXY - sumX*sumY) / (n*sumXX - sumX*sumX)
}

// fastest is the shortest of several runs, which other work on the machine disturbs least; 0 before the first.
type fastest time.Duration

func (f *fastest) run(do func()) {
	start := time.Now()
	do()
	if took := fastest(time.Since(start)); *f == 0 || took < *f {
		*f = took
	}
}

func (f fastest) over(other fastest) float64 { return float64(f) / float64(other) }

// naive returns a function that evaluates a recorded flow schema as it was served, after the parse that this takes; nil where
// there is no recording.
func naive(b *testing.B, server string) func(source []byte) {
	b.Helper()
	raw, err := os.ReadFile(filepath.Join(recordings.Folder(), "kestra", server, "flow-schema.json"))
	if err != nil {
		return nil
	}
	compiler := jsonschema.NewCompiler()
	if err := compiler.AddResource("flow.json", bytes.NewReader(raw)); err != nil {
		b.Fatal(err)
	}
	schema, err := compiler.Compile("flow.json")
	if err != nil {
		b.Fatal(err)
	}
	return func(source []byte) {
		var v any
		if err := yaml.Unmarshal(source, &v); err != nil {
			b.Fatal(err)
		}
		_ = schema.Validate(v)
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
	raw := recordings.Read(b, "kestra", "1.3.25-plugins", "flow-schema.json")
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

// BenchmarkCatalog shows what catalogs cost: reading one, making one from a server's schema, and their heap.
func BenchmarkCatalog(b *testing.B) {
	core, err := Embedded("")
	if err != nil {
		b.Fatal(err)
	}
	b.Run("core", func(b *testing.B) { loading(b, core.Marshal()) })
	raw := recordings.Read(b, "kestra", "1.3.25-plugins", "flow-schema.json")
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

// maxAllocations is how often the judge may allocate for each time that the parser does, with slack: it is 1.13 to 1.23 times.
const maxAllocations = 1.4

// TestCheckAllocations guards the judge's share of the work on a flow, which unlike time is the same in every run.
func TestCheckAllocations(t *testing.T) {
	for _, line := range embeddedLines {
		catalog, err := Embedded(line)
		if err != nil {
			t.Fatal(err)
		}
		for _, size := range sizes {
			source := sampleFlow(size)
			Check(source, Identity{}, catalog, Options{})
			parse := testing.AllocsPerRun(20, func() {
				var n yaml.Node
				if err := yaml.Unmarshal(source, &n); err != nil {
					t.Fatal(err)
				}
			})
			judged := testing.AllocsPerRun(20, func() { Check(source, Identity{}, catalog, Options{}) })
			t.Logf("Kestra %s, %d KB: %.0f allocations, the parser's %.0f: %.2f times", line, size>>10, judged, parse, judged/parse)
			if judged > maxAllocations*parse {
				t.Errorf("Kestra %s, %d KB: Check allocates %.0f times, a bare parse %.0f: more than %.1f times as often", line, size>>10, judged, parse, maxAllocations)
			}
		}
	}
}
