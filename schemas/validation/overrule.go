package validation

import (
	"fmt"
	"slices"
	"strings"

	"github.com/kestra-operator/kestra-operator/schemas/flow"
)

// policyPrefix starts the ids of rules that refuse what Kestra would take.
const policyPrefix = "policy-"

// firmRules hold whatever Kestra's validation says: it passes over what creating the flow then fails on, or they
// compare the source with the object. All other rules speak from the catalog and from what was seen of some
// servers, and the server itself knows better.
var firmRules = map[string]bool{
	"complex-key": true, "control-character": true, "duplicate-key": true, "empty-source": true, "not-a-mapping": true,
	"yaml-syntax": true, "yaml-tab": true,
	"invalid-id": true, "invalid-namespace": true, "invalid-labels": true, "id-mismatch": true, "namespace-mismatch": true,
	"missing-id": true, "missing-namespace": true, "missing-type": true,
}

// structure are the properties whose kind Kestra's validation does not check.
var structure = []string{"tasks", "triggers", "errors", "finally", "afterExecution", "inputs", "outputs", "labels", "pluginDefaults"}

// Overruled is the report on a flow that Kestra itself takes: the errors in which the server knows better are
// warnings. What Kestra's validation does not see, or a policy refuses, stays an error.
func Overruled(report flow.Report) flow.Report {
	if report.Omitted > 0 {
		return report // what is not shown may be firm
	}
	findings := slices.Clone(report.Findings)
	for i, finding := range findings {
		if finding.Severity == flow.Error && !isFirm(finding) {
			findings[i].Severity = flow.Warning
			findings[i].Message = fmt.Sprintf(
				"Kestra takes this despite %s; `kestra-operator validate` says more", finding.Rule)
		}
	}
	return flow.Report{Findings: findings}
}

func isFirm(finding flow.Finding) bool {
	if finding.Rule == "wrong-kind" {
		name, _, _ := strings.Cut(finding.Path[strings.LastIndexByte(finding.Path, '.')+1:], "[")
		return slices.Contains(structure, name)
	}
	return firmRules[finding.Rule] || strings.HasPrefix(finding.Rule, policyPrefix)
}
