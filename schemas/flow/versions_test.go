package flow

import (
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// versionsFile shows the table of versions to people.
const versionsFile = "versions.md"

func TestEveryLineAndWhatIsNewerIsJudged(t *testing.T) {
	tests := map[string]struct{ version, as string }{
		"the default":           {"", "1.3.25"},
		"the oldest":            {"0.24", "0.24"},
		"a patch of an old one": {"1.0.45", "1.0"},
		"a recorded one":        {"1.3.44", "1.3.25"},
		"2.0":                   {"v2.0.8", "2.0.0-SNAPSHOT"},
		"a release candidate":   {"2.1.0-rc1", "2.1"},
		"a short one":           {"2.1-rc1", "2.1"},
		"a line to come":        {"2.7", "2.7"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			catalog, err := Embedded(test.version)
			if err != nil {
				t.Fatal(err)
			}
			if catalog.Version() != test.as {
				t.Errorf("version = %q, want %q", catalog.Version(), test.as)
			}
			again, err := LoadCatalog(catalog.Marshal())
			if err != nil || again.Key() != catalog.Key() {
				t.Errorf("saved and loaded again: %v, key %q, want %q", err, again.Key(), catalog.Key())
			}
		})
	}
}

func TestAnUnknownLineIsAnErrorThatListsTheKnown(t *testing.T) {
	for _, version := range []string{"0.23.1", "3.0", "latest", "2", "1.x"} {
		_, err := Embedded(version)
		if err == nil || !strings.Contains(err.Error(), "0.24, 1.0, 1.1, 1.2, 1.3, 2.0") {
			t.Errorf("Embedded(%q): %v", version, err)
		}
	}
}

func TestOldLines(t *testing.T) {
	const defaults = "pluginDefaults: [{type: io.kestra.plugin.core.log.Log, ref: mine, values: {message: hi}}]\n"
	runRuleCases(t, "1.1", map[string]ruleCase{
		"what is as old":                {logTask, ""},
		"a property of the line itself": {"inputs: [{id: a, type: STRING, prefill: x}]\n" + logTask, ""},
		"a property of a newer line":    {"checks: [{condition: \"{{ true }}\", message: no}]\n" + logTask, "warning needs-newer-kestra checks"},
		"a type of a newer line":        {"inputs: [{id: f, type: FORM, inputs: [{id: a, type: STRING}]}]\n" + logTask, "warning needs-newer-kestra inputs[0].type"},
		"a property of newer defaults":  {defaults + logTask, "warning deprecated-property pluginDefaults; warning needs-newer-kestra pluginDefaults[0].ref"},
		"a misspelled property":         {task("log.Log\nmesage: hi"), "error unknown-property tasks[0].mesage"},
		"a rule proven on 1.3 only":     {"inputs: [{id: a, type: STRING, defaults: x, required: false}]\n" + logTask, "warning input-default inputs[0].required"},
	})
	runRuleCases(t, "0.24", map[string]ruleCase{
		"a property of 1.1": {"inputs: [{id: a, type: STRING, prefill: x}]\n" + logTask, "warning needs-newer-kestra inputs[0].prefill"},
		"a rule of 1.1":     {"inputs: [{id: a, type: STRING, defaults: x, required: false}]\n" + logTask, "warning input-default inputs[0].required"},
	})
}

func TestALineNewerThanAllIsWarnedAbout(t *testing.T) {
	runRuleCases(t, "2.1", map[string]ruleCase{
		"an unknown property": {task("log.Log\nmessage: hi\nshape: round"), "warning unknown-property tasks[0].shape"},
		"an unknown type":     {task("log.Shape"), "warning unknown-plugin tasks[0].type"},
		"a removed type":      {task("flow.ForEach"), "error removed-type tasks[0].type"},
		"what is no YAML":     {"tasks: [\n", "error yaml-syntax"},
	})
}

func TestTheReleaseOfALineHasMoreThanItsCatalog(t *testing.T) {
	runRuleCases(t, "2.0", map[string]ruleCase{
		"a property of every task":    {task("log.Log\nmessage: hi\nwhen: \"{{ true }}\""), "warning needs-newer-kestra tasks[0].when"},
		"a property of the flow":      {"policyRefs: [a]\n" + logTask, "warning needs-newer-kestra policyRefs"},
		"an input of the Enterprise":  {"inputs: [{id: a, type: REUSABLE_INPUTS, ref: b}]\n" + logTask, "warning needs-newer-kestra inputs[0].type"},
		"the old name of a condition": {"checks: [{condition: \"{{ true }}\", message: no}]\n" + logTask, "warning deprecated-property checks[0].condition"},
	})
}

// TestEachRemovalIsRefusedByKestra2 judges one flow for each entry of the table: 1.3 takes it and warns, 2.0 refuses it
// and names what takes its place.
func TestEachRemovalIsRefusedByKestra2(t *testing.T) {
	first, second := mustEmbed(t, "1.3"), mustEmbed(t, "2.0")
	for _, change := range removed {
		if change.On == "type" {
			testRemovedType(t, second, change)
			continue
		}
		for _, class := range first.classes() {
			v := first.definition(class)
			if !change.on(className(class)) || v.properties[change.Name] == nil {
				continue
			}
			if p := v.properties[change.Name]; !p.deprecated && !p.removed {
				t.Errorf("1.3 does not warn about %q of %s", change.Name, class)
			}
			if after := second.definition(class); after != nil && after.properties[change.Name] != nil && change.Name != "pluginDefaults" {
				t.Errorf("%q of %s is still there in 2.0", change.Name, class)
			}
		}
	}
}

// TestAPlaceThatATypeDoesNotFitIsNoRemoval has types that Kestra 2 has, elsewhere or under a name that it does not take here.
func TestAPlaceThatATypeDoesNotFitIsNoRemoval(t *testing.T) {
	runRuleCases(t, "2.0", map[string]ruleCase{
		"a trigger among the tasks": {"tasks: [{id: a, type: io.kestra.plugin.core.trigger.Webhook, key: x}]\n", "error unknown-type tasks[0].type"},
		"a task among the inputs":   {"inputs: [{id: a, type: io.kestra.plugin.core.flow.If}]\n" + logTask, "error unknown-type inputs[0].type"},
		"an old name of a task":     {"tasks: [{id: a, type: io.kestra.core.tasks.flows.If}]\n", "error removed-type tasks[0].type"},
	})
}

// TestAValueThatKestra2GaveANewNameIsNamed has types of values that are no types of the language.
func TestAValueThatKestra2GaveANewNameIsNamed(t *testing.T) {
	sources := []string{
		"outputs: [{id: a, type: BOOLEAN, value: \"true\"}]\n" + logTask,
		"inputs: [{id: a, type: ARRAY, itemType: BOOLEAN}]\n" + logTask,
	}
	for _, source := range sources {
		old := Check([]byte(opening+source), Identity{}, mustEmbed(t, "1.3"), Options{})
		if len(old.Findings) != 1 || old.Findings[0].Rule != "deprecated-type" || old.Findings[0].Severity != Warning {
			t.Errorf("1.3: %v of\n%s", old.Findings, source)
		}
		now := Check([]byte(opening+source), Identity{}, mustEmbed(t, "2.0"), Options{})
		if len(now.Findings) != 1 || now.Findings[0].Rule != "removed-type" || !strings.Contains(now.Findings[0].Message, "use BOOL") {
			t.Errorf("2.0: %v of\n%s", now.Findings, source)
		}
	}
}

func testRemovedType(t *testing.T, second *Catalog, change Change) {
	t.Helper()
	if strings.HasSuffix(change.Name, "*") {
		change.Name = strings.Replace(change.Name, "*", "Weekend", 1)
	}
	source := "tasks: [{id: a, type: " + change.Name + "}]\n"
	if !strings.Contains(change.Name, ".") {
		source = "inputs: [{id: a, type: " + change.Name + "}]\n" + logTask
	}
	report := Check([]byte(opening+source), Identity{}, second, Options{})
	for _, f := range report.Findings {
		if f.Rule == "removed-type" && f.Severity == Error && strings.Contains(f.Message, change.Instead) {
			return
		}
	}
	t.Errorf("2.0 does not refuse %s with %q: %v", change.Name, change.Instead, report.Findings)
}

func TestNothingLeavesWithoutAWarning(t *testing.T) {
	first, second := mustEmbed(t, "1.3"), mustEmbed(t, "2.0")
	for _, class := range first.classes() {
		before, after := first.definition(class), second.definition(class)
		if after == nil {
			continue
		}
		for name, p := range before.properties {
			_, renamed := deprecatedByName.property(className(class), name)
			if after.properties[name] == nil && !p.deprecated && !p.removed && !renamed {
				t.Errorf("%q of %s is gone in 2.0 and not in the table of what it removed", name, class)
			}
		}
	}
}

func TestTheTableOfVersionsIsCurrent(t *testing.T) {
	var b strings.Builder
	b.WriteString("# How the flow language changed from one Kestra to the next\n\n" +
		"Written by `go test ./schemas/flow -run Versions -update`, from the table that the judge itself uses.\n\n" +
		"Deprecated by 1.3 is also what its schema marks so and no release says since when. Refused is what the line before took, by the\n" +
		"id of [the rule](../../docs/reference/findings.md). Of two lines that are apart, `kestra-operator schema diff 1.0 1.3` tells the same.\n")
	for _, v := range Versions() {
		fmt.Fprintf(&b, "\n## Kestra %s\n", v.Line)
		section(&b, "Added", listed(v.Adds))
		section(&b, "Deprecated, and what to use instead", listed(v.Deprecates))
		section(&b, "Removed, and what to use instead", listed(v.Removes))
		section(&b, "Refused", linked(v.Refuses))
	}
	if *update {
		if err := os.WriteFile(versionsFile, []byte(b.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	got, err := os.ReadFile(versionsFile)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(b.String(), string(got)); diff != "" {
		t.Errorf("%s is not current; run go test -run Versions -update (-want +got):\n%s", versionsFile, diff)
	}
}

// section writes a list, unless it is empty.
func section(b *strings.Builder, title string, items []string) {
	if len(items) == 0 {
		return
	}
	fmt.Fprintf(b, "\n%s:\n\n", title)
	for _, item := range items {
		fmt.Fprintf(b, "- %s\n", item)
	}
}

// listed words changes, sorted.
func listed(changes []Change) []string {
	var items []string
	for _, c := range changes {
		item := fmt.Sprintf("`%s` of each %s", c.Name, c.On)
		switch {
		case c.On == "type":
			item = "the type `" + c.Name + "`"
		case c.On == "expression":
			item = "the expression `" + c.Name + "`"
		case strings.Contains(c.On, "."):
			item = fmt.Sprintf("`%s` of %s", c.Name, shortClass(c.On))
		}
		if c.Instead != "" {
			item += " → " + c.Instead
		}
		items = append(items, item)
	}
	slices.Sort(items)
	return slices.Compact(items)
}

// linked are rules with links to their explanations.
func linked(rules []string) []string {
	var items []string
	for _, rule := range rules {
		items = append(items, fmt.Sprintf("[`%s`](../../docs/reference/findings.md#%s)", rule, rule))
	}
	return items
}

func mustEmbed(t *testing.T, version string) *Catalog {
	t.Helper()
	catalog, err := Embedded(version)
	if err != nil {
		t.Fatal(err)
	}
	return catalog
}

// classes returns the definitions of a catalog, sorted.
func (c *Catalog) classes() []string { return sorted(c.document.Definitions) }

func TestPackagesThatMovedAreTold(t *testing.T) {
	for name, want := range map[string]string{
		"io.kestra.plugin.singer.taps.Csv":                       "use Airbyte, dlt or CloudQuery: Kestra 1.0 has no io.kestra.plugin.singer.*",
		"io.kestra.plugin.langchain4j.completion.ChatCompletion": "use io.kestra.plugin.ai.*: io.kestra.plugin.langchain4j.* is deprecated since Kestra 0.24",
		"io.kestra.plugin.notifications.slack.SlackExecution":    "io.kestra.plugin.notifications.* is deprecated since Kestra 1.2",
		"io.kestra.core.tasks.scripts.Bash":                      "use io.kestra.plugin.scripts.*: Kestra 2.0 has no io.kestra.core.tasks.scripts.*",
	} {
		report := Check([]byte(opening+"tasks: [{id: a, type: "+name+"}]\n"), Identity{}, nil, Options{})
		if !report.Accepted() || len(report.Findings) != 1 || !strings.Contains(report.Findings[0].Message, want) {
			t.Errorf("%s: want a warning with %q: %v", name, want, report.Findings)
		}
	}
}

func TestARuleIsToldFromTheLineThatBroughtIt(t *testing.T) {
	report := Check([]byte("id: pause\nnamespace: company.team\n"+logTask), Identity{}, mustEmbed(t, "0.24"), Options{})
	if len(report.Findings) != 1 || report.Findings[0].Severity != Warning || !strings.HasSuffix(report.Findings[0].Message, "(from Kestra 1.0 on)") {
		t.Errorf("a reserved id on 0.24: %v", report.Findings)
	}
}

// A live server's schema does not tell which ids it reserves, and a version may be one that nobody has seen yet.
func TestAReservedIDIsRefusedOnlyWhereThatWasSeen(t *testing.T) {
	for version, accepted := range map[string]bool{"0.24.5": true, "1.0.0": false, "1.3.25": false, "2.0.0": true, "3.0.0": true, "nightly": true} {
		catalog, err := CatalogFromSchema(strings.NewReader(flowSchema), version)
		if err != nil {
			t.Fatal(err)
		}
		report := Check([]byte("id: pause\nnamespace: company.team\ntasks:\n- {id: a, type: a.Task}\n"), Identity{}, catalog, Options{})
		if report.Accepted() != accepted || !strings.Contains(fmt.Sprint(report.Findings), "is reserved by Kestra") {
			t.Errorf("Kestra %s: accepted %v, want %v: %v", version, report.Accepted(), accepted, report.Findings)
		}
	}
}

func TestExpressionsThatAreGone(t *testing.T) {
	for expression, want := range map[string]string{
		"{{ json(outputs.a.body).b }}":              "warning removed-expression tasks[0].message",
		"{{ outputs.a | json }}":                    "warning removed-expression tasks[0].message",
		"{% if json(inputs.a) %}x{% endif %}":       "warning removed-expression tasks[0].message",
		"{{ read('a.txt', version=2) }}":            "warning removed-expression tasks[0].message",
		"{{ x }} and {{ fileURI(a, version=1) }}":   "warning removed-expression tasks[0].message",
		"{{ fromJson(outputs.a) | toJson }}":        "",
		"{% if a is json %}x{% endif %}":            "",
		"json(a) outside of {{ inputs.a }}":         "",
		"{{ outputs.json }} {{ inputs.json_a }}":    "",
		"{{ read('a.txt', revision=2).version = 1 ": "",
	} {
		runRuleCases(t, "1.3", map[string]ruleCase{expression: {"tasks:\n- id: a\n  type: io.kestra.plugin.core.log.Log\n  message: \"" + expression + "\"\n", want}})
	}
}
