package validation

import (
	"bufio"
	"bytes"
	"encoding/json"
	"os"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/kestra-operator/kestra-operator/schemas/flow"
	"github.com/kestra-operator/kestra-operator/test/recordings"
)

// stubborn are the flows, by what was changed in them, that a server's validation took and creating refused although
// Overruled takes the server's word. Two are of a validation that answered for another flow; null is told alone.
var stubborn = map[string]bool{
	"1.3.25: task io.kestra.plugin.core.flow.Sequential/misspelled finally": true,
	"1.3.25: slip/misspell": true,
	"1.3.25: input io.kestra.core.models.flows.input.MultiselectInput/value autoSelectFirst":         true,
	"2.0.0-SNAPSHOT: input io.kestra.core.models.flows.input.MultiselectInput/value autoSelectFirst": true,
}

// Validation is laxer than creating, so its word must not overrule what creating would refuse.
func TestValidationOverrulesNothingThatCreatingRefuses(t *testing.T) {
	for _, server := range []string{"1.3.25", "2.0.0-SNAPSHOT"} {
		catalog, err := flow.Embedded(server)
		if err != nil {
			t.Fatal(err)
		}
		disagreements := 0
		for _, set := range []string{"probes", "slips"} {
			for _, recorded := range readRecordings(t, recordings.Path(t, "kestra", server, set+".jsonl")) {
				if recorded.Constraints != "" || recorded.Accepted {
					continue
				}
				report := flow.Check([]byte(recorded.Source), flow.Identity{}, catalog, flow.Options{})
				if report.Accepted() {
					continue // missed altogether, which the agreement counts
				}
				disagreements++
				if Overruled(report).Accepted() && !stubborn[server+": "+recorded.Probe] {
					t.Errorf("%s: %s: creating answers %q, and these would be overruled: %v",
						server, recorded.Probe, recorded.Create.Message, report.Findings)
				}
			}
		}
		if disagreements < 100 {
			t.Errorf("%s: only %d flows on which validating and creating differ: the test proves little", server, disagreements)
		}
	}
}

type recording struct {
	Probe, Source, Constraints string
	Accepted                   bool
	Create                     struct{ Message string }
}

func readRecordings(t *testing.T, path string) []recording {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var all []recording
	lines := bufio.NewScanner(bytes.NewReader(data))
	lines.Buffer(nil, 16<<20)
	for lines.Scan() {
		var r recording
		if err := json.Unmarshal(lines.Bytes(), &r); err != nil {
			t.Fatal(err)
		}
		all = append(all, r)
	}
	return all
}

func TestOverruled(t *testing.T) {
	finding := func(rule, path string) flow.Finding {
		return flow.Finding{Severity: flow.Error, Rule: rule, Path: path, Line: 4, Column: 5, Message: "as judged"}
	}
	cases := map[string]struct {
		report flow.Report
		want   bool // whether it is accepted then
	}{
		"a type that the catalog lacks":         {flow.Report{Findings: []flow.Finding{finding("unknown-type", "tasks[0].type")}}, true},
		"another kind of value in a plugin":     {flow.Report{Findings: []flow.Finding{finding("wrong-kind", "tasks[0].headers")}}, true},
		"a task that is text":                   {flow.Report{Findings: []flow.Finding{finding("wrong-kind", "tasks[0].tasks[2]")}}, false},
		"a key that stands twice":               {flow.Report{Findings: []flow.Finding{finding("duplicate-key", "tasks[0].id")}}, false},
		"a policy":                              {flow.Report{Findings: []flow.Finding{finding("policy-deleted", "deleted")}}, false},
		"one of both":                           {flow.Report{Findings: []flow.Finding{finding("unknown-type", "a"), finding("id-mismatch", "id")}}, false},
		"more findings than are shown":          {flow.Report{Findings: []flow.Finding{finding("unknown-type", "a")}, Omitted: 1}, false},
		"a rule that real servers were seen at": {flow.Report{Findings: []flow.Finding{finding("timezone", "triggers[0].timezone")}}, true},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			before := tc.report.Findings[0]
			if got := Overruled(tc.report).Accepted(); got != tc.want {
				t.Errorf("accepted = %t, want %t", got, tc.want)
			}
			if diff := cmp.Diff(before, tc.report.Findings[0]); diff != "" {
				t.Errorf("the report itself was changed:\n%s", diff)
			}
		})
	}
}
