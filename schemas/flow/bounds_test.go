package flow

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/kestra-operator/kestra-operator/test/recordings"
)

// worstSources are flows that ask the judge for as much work as their size allows.
func worstSources() map[string]string {
	const many = 4_000
	repeat := func(format string) string {
		var b strings.Builder
		for i := range many {
			b.WriteString(strings.ReplaceAll(format, "%d", fmt.Sprint(i)))
		}
		return b.String()
	}
	return map[string]string{
		"unknown properties":   logTask[:len(logTask)-2] + repeat(", mesage%d: x") + "}\n",
		"unknown types":        "tasks:\n" + repeat("- {id: a%d, type: io.kestra.plugin.core.log.Lgo%d}\n"),
		"unknown plugins":      "tasks:\n" + repeat("- {id: a%d, type: io.kestra.plugin.scripts.Lgo%d}\n"),
		"inputs in a chain":    "inputs:\n- {id: b, type: STRING}\n" + repeat("- {id: b%d, type: STRING, dependsOn: {inputs: [b%d]}}\n") + logTask,
		"inputs of a form":     "inputs:\n- id: f\n  type: FORM\n  inputs:\n" + repeat("  - {id: a%d, type: STRING}\n") + logTask,
		"the same id":          "tasks:\n" + repeat("- {id: a, type: io.kestra.plugin.core.log.Log, message: hi}\n"),
		"dashed references":    "inputs:\n" + repeat("- {id: a-%d, type: STRING}\n") + "tasks:\n" + repeat("- {id: b%d, type: io.kestra.plugin.core.log.Log, message: \"{{ inputs.a-%d }}\"}\n"),
		"unknown dependencies": "tasks:\n- id: d\n  type: io.kestra.plugin.core.flow.Dag\n  tasks:\n" + repeat("  - {task: {id: a%d, type: io.kestra.plugin.core.log.Log, message: hi}, dependsOn: [z%d]}\n"),
		"plugin defaults":      "pluginDefaults:\n" + repeat("- {type: io.kestra.plugin.core.log.Log%d}\n") + "tasks:\n" + repeat("- {id: b%d, type: io.kestra.plugin.core.log.Log, message: hi}\n"),
		"schedules":            "inputs:\n" + repeat("- {id: a%d, type: STRING}\n") + logTask + "triggers:\n" + repeat("- {id: t%d, type: io.kestra.plugin.core.trigger.Schedule, cron: \"@daily\"}\n"),
		"a schedule's inputs":  "inputs:\n" + repeat("- {id: a%d, type: STRING}\n") + logTask + "triggers:\n- id: t\n  type: io.kestra.plugin.core.trigger.Schedule\n  cron: \"@daily\"\n  inputs:\n" + repeat("    z%d: 1\n") + repeat("    a%d: 1\n"),
		"deep nesting":         "variables: " + strings.Repeat("[", 900) + strings.Repeat("]", 900) + "\n" + logTask,
	}
}

// TestInvariant10TheWorstSourcesAreJudged shows that no rule takes time that grows with the square of a source: such
// a rule would take minutes here.
func TestInvariant10TheWorstSourcesAreJudged(t *testing.T) {
	t.Parallel()
	for _, line := range embeddedLines {
		catalog, err := Embedded(line)
		if err != nil {
			t.Fatal(err)
		}
		for name, source := range worstSources() {
			start := time.Now()
			report := Check([]byte(opening+source), Identity{}, catalog, Options{})
			t.Logf("%s: %s: %d KiB, %d findings and %d more in %s", line, name, len(source)>>10, len(report.Findings), report.Omitted, time.Since(start).Round(time.Millisecond))
			if len(report.Findings) > DefaultMaxFindings {
				t.Errorf("%s: %d findings, more than the limit", name, len(report.Findings))
			}
		}
	}
}

// addCorpusSeeds adds some of the recorded flows to a fuzz target, where they are.
func addCorpusSeeds(f *testing.F) {
	f.Helper()
	files, err := filepath.Glob(filepath.Join(recordings.Folder(), "corpus", "*", "*", "*.y*ml"))
	if err != nil {
		f.Fatal(err)
	}
	for i := 0; i < len(files); i += 10 {
		source, err := os.ReadFile(files[i])
		if err != nil {
			f.Fatal(err)
		}
		f.Add(source)
	}
}

// FuzzCheck shows that no text crashes the judge and that it is deterministic.
func FuzzCheck(f *testing.F) {
	for _, source := range worstSources() {
		f.Add([]byte(opening + source[:min(len(source), 2_000)]))
	}
	f.Add(sampleFlow(2 << 10))
	addCorpusSeeds(f)
	f.Fuzz(func(t *testing.T, source []byte) {
		for _, line := range embeddedLines {
			catalog, err := Embedded(line)
			if err != nil {
				t.Fatal(err)
			}
			first := Check(source, Identity{}, catalog, Options{})
			second := Check(source, Identity{}, catalog, Options{})
			if summary(first) != summary(second) {
				t.Errorf("two reports of one source differ:\n%s\n%s", summary(first), summary(second))
			}
		}
	})
}
