package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"sigs.k8s.io/yaml"

	"github.com/kestra-operator/kestra-operator/schemas/flow"
)

const findingsIntroduction = `# Findings

What the judge finds in a flow, by the id of its rule. The ids are stable: ` + "`kestra-operator validate -o json`" + ` and the other
formats name them. An error refuses the flow, a warning does not; [how a flow is judged](../explanation/judging.md) says
more. Rules whose id starts with ` + "`policy-`" + ` refuse what Kestra itself would take.

Each example was judged to write this page: the first text gives the finding that is quoted, the second gives none.
Where no version is named it is the newest of Kestra 1.x.
`

// example is a flow that breaks a rule, and one that does not.
type example struct {
	// Kestra line to judge for; the newest built-in one when empty.
	Kestra string `json:"kestra,omitempty"`
	// Object around the source.
	Object struct {
		ID        string `json:"id"`
		Namespace string `json:"namespace"`
	} `json:"object,omitempty"`
	// ReadOnlyRequired is read-only label mode "deny".
	ReadOnlyRequired bool `json:"readOnlyRequired,omitempty"`
	// Also lists rules that the bad flow breaks too.
	Also []string `json:"also,omitempty"`
	Bad  string   `json:"bad"`
	Good string   `json:"good"`
}

// judge returns the report on one of the example's texts.
func (e *example) judge(source string) (flow.Report, error) {
	catalog, err := flow.Embedded(e.Kestra)
	if err != nil {
		return flow.Report{}, err
	}
	identity := flow.Identity{ID: e.Object.ID, Namespace: e.Object.Namespace}
	return flow.Check([]byte(source), identity, catalog, flow.Options{RequireReadOnly: e.ReadOnlyRequired}), nil
}

// withoutExample are the rules of which no short text gives an example, and why.
var withoutExample = map[string]string{
	"avro-schema":       "Types of plugins are judged with the schema of a server that has them, which is not built in.",
	"broken-type":       "Types of plugins are judged with the schema of a server that has them, which is not built in.",
	"control-character": "A byte below 0x20 that is no tab and no line break cannot be shown.",
	"policy-depth":      "More than 1 000 lists and mappings within each other.",
	"policy-nodes":      "More than 50 000 values.",
	"policy-size":       "More than 1 MiB of text.",
	"policy-utf8":       "Bytes that are no UTF-8 cannot be shown.",
	"too-long":          "A task's id of 300 characters.",
}

// findings renders every rule of the judge with its example.
func findings(project string) (string, error) {
	page := generated + findingsIntroduction + "\n| rule | severity | meaning |\n|---|---|---|\n"
	sections := ""
	for _, rule := range flow.Rules() {
		page += fmt.Sprintf("| [`%s`](#%s) | %s | %s |\n", rule.ID, rule.ID, rule.Severity, cell(rule.Summary))
		section, err := findingSection(project, rule)
		if err != nil {
			return "", fmt.Errorf("%s: %w", rule.ID, err)
		}
		sections += section
	}
	return page + sections, nil
}

func findingSection(project string, rule flow.Rule) (string, error) {
	heading := fmt.Sprintf("\n## %s\n\n%s\n", rule.ID, rule.Summary)
	e, err := readExample(project, rule.ID)
	if errors.Is(err, fs.ErrNotExist) && withoutExample[rule.ID] != "" {
		return heading + "\n" + withoutExample[rule.ID] + "\n", nil
	}
	if err != nil {
		return "", err
	}
	report, err := e.judge(e.Bad)
	if err != nil {
		return "", err
	}
	said := ""
	for _, finding := range report.Findings {
		if finding.Rule == rule.ID {
			said += fmt.Sprintf("%s: %s\n", finding.Severity, finding)
		}
	}
	return heading + e.setting() + fmt.Sprintf("\n```yaml\n%s```\n\n```text\n%s```\n\nInstead:\n\n```yaml\n%s```\n", e.Bad, said, e.Good), nil
}

// setting says what is special about how the example is judged.
func (e *example) setting() string {
	var notes []string
	if e.Kestra != "" {
		notes = append(notes, "Judged for Kestra "+e.Kestra+".")
	}
	if e.Object.ID != "" {
		notes = append(notes, fmt.Sprintf("In an object with `id: %s` and `namespace: %s`.", e.Object.ID, e.Object.Namespace))
	}
	if e.ReadOnlyRequired {
		notes = append(notes, "In the label mode `deny`.")
	}
	if len(notes) == 0 {
		return ""
	}
	return "\n" + strings.Join(notes, " ") + "\n"
}

func readExample(project, rule string) (*example, error) {
	text, err := os.ReadFile(filepath.Join(project, "test", "docs", "reference", "findings", rule+".yaml"))
	if err != nil {
		return nil, err
	}
	e := &example{}
	return e, yaml.UnmarshalStrict(text, e)
}
