package validate

import (
	"slices"
	"strings"

	"github.com/kestra-operator/kestra-operator/schemas/flow"
)

// ownRules are the rules of what stands around a flow, sorted by id: manifests, and what became of judging. The rules
// of flows are flow.Rules.
var ownRules = []flow.Rule{
	{ID: "advice", Severity: flow.Warning, Summary: "A field is accepted, and likely not what is meant."},
	{ID: "forbidden", Severity: flow.Error, Summary: "A field must not be set beside the others."},
	{ID: "invalid", Severity: flow.Error, Summary: "A field has a value that the API server or admission refuses."},
	{ID: "manifest", Severity: flow.Error, Summary: "A field of a manifest has the wrong type."},
	{ID: "manifest-syntax", Severity: flow.Error, Summary: "A manifest is not YAML, or has a key twice."},
	{ID: "more-findings", Severity: flow.Warning, Summary: "There are more findings than are shown."},
	{ID: "required", Severity: flow.Error, Summary: "A field that is required is missing."},
	{ID: "server", Severity: flow.Error, Summary: "Kestra, which was asked, refuses the flow or gave no verdict."},
	{ID: "shared-target", Severity: flow.Warning, Summary: "Two objects are for one target in Kestra, and only one can own it."},
	{ID: "target-policy", Severity: flow.Error, Summary: "The target policy does not let the object's namespace write there."},
	{ID: "unknown-field", Severity: flow.Error, Summary: "A kind has no such field, or a field is given twice."},
	{ID: "unknown-group", Severity: flow.Warning, Summary: "A kind is of another group and was not judged."},
	{ID: "unknown-kind", Severity: flow.Error, Summary: "The operator's group has no such kind."},
	{ID: "unknown-version", Severity: flow.Error, Summary: "A kind has no such version."},
}

// Where each rule is explained.
const (
	flowRulesPage = "https://github.com/kestra-operator/kestra-operator/blob/main/docs/reference/findings.md"
	ownRulesPage  = "https://github.com/kestra-operator/kestra-operator/blob/main/docs/guides/continuous-integration.md#findings-about-manifests"
)

// explained returns a rule with the address of its explanation.
func explained(id string) (rule flow.Rule, page string) {
	if rule, found := named(flow.Rules(), id); found {
		return rule, flowRulesPage + "#" + id
	}
	rule, _ = named(ownRules, id)
	return rule, ownRulesPage
}

// named finds a rule among rules sorted by id.
func named(rules []flow.Rule, id string) (flow.Rule, bool) {
	at, found := slices.BinarySearchFunc(rules, id, func(r flow.Rule, id string) int { return strings.Compare(r.ID, id) })
	if !found {
		return flow.Rule{ID: id}, false
	}
	return rules[at], true
}
