package flow

import (
	"slices"
	"strings"

	"gopkg.in/yaml.v3"
)

// Identity is what the object around a source says of it. An empty field is not compared.
type Identity struct {
	Namespace string
	ID        string
}

// Options tune a Check; the zero value is what admission uses.
type Options struct {
	// AllowWritable keeps quiet about "system.readOnly: false" (read-only label mode "off").
	AllowWritable bool
	// RequireReadOnly refuses a source without the label "system.readOnly" (read-only label mode "deny").
	RequireReadOnly bool
	// MaxFindings bounds Report.Findings; 0 means DefaultMaxFindings.
	MaxFindings int
}

// DefaultMaxFindings is how many findings a Report lists when Options do not say.
const DefaultMaxFindings = 50

// Report is everything the judge has to say of one source, in the order of the text.
type Report struct {
	Findings []Finding
	// Omitted counts the findings beyond the limit.
	Omitted int
}

// Accepted is true when no finding is an error.
func (r Report) Accepted() bool {
	for _, f := range r.Findings {
		if f.Severity == Error {
			return false
		}
	}
	return true
}

// Check judges a source as the Kestra described by the catalog would, and returns all findings at once.
// It is pure: same arguments, same report. A nil catalog means the newest embedded one of Kestra 1.x.
func Check(source []byte, identity Identity, catalog *Catalog, options Options) Report {
	return NewSource(source).Check(identity, catalog, options)
}

// Check is the function Check of the source.
func (s *Source) Check(identity Identity, catalog *Catalog, options Options) Report {
	root, findings := s.read()
	if root == nil {
		return order(findings, options.MaxFindings)
	}
	if catalog == nil {
		catalog = newest()
	}
	j := newJudge(catalog)
	j.duplicates = slices.ContainsFunc(findings, func(f Finding) bool { return f.Rule == "duplicate-key" })
	j.run(root)
	findings = append(findings, withoutMeant(checkIdentity(root, identity), j.flow.meant)...)
	findings = append(findings, checkLabels(root, options)...)
	findings = append(findings, checkDeleted(root)...)
	findings = append(findings, checkReservedID(root, catalog)...)
	findings = withoutLost(append(findings, j.located(root)...))
	if (Report{Findings: findings}).Accepted() {
		findings = append(findings, checkLabelPlace(s.text, root, options)...)
	}
	report := order(findings, options.MaxFindings)
	report.Omitted += j.omitted
	return report
}

// withoutMeant leaves out that a name is missing when it is misspelled, which is one finding already.
func withoutMeant(findings []Finding, meant []string) []Finding {
	return slices.DeleteFunc(findings, func(f Finding) bool {
		name, missing := strings.CutPrefix(f.Rule, "missing-")
		return missing && slices.Contains(meant, name)
	})
}

// run judges a flow: its properties along the catalog, then the rules over the whole of it.
func (j *judge) run(root *yaml.Node) {
	j.defaults = readPluginDefaults(root)
	j.flow.id, j.flow.namespace = text(child(root, "id")), text(child(root, "namespace"))
	if schema := j.catalog.flowSchema(); schema != nil {
		// The keyword notes what it finds in the judge; there is no other error.
		_ = schema.Validate(evaluation{judge: j, node: root, class: j.catalog.document.Root})
	}
	for _, rule := range flowRules {
		rule(j, root)
	}
}
