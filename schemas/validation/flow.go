package validation

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/kestra-operator/kestra-operator/schemas/flow"
	"github.com/kestra-operator/kestra-operator/schemas/v1alpha1"
)

var sourcePath = specPath.Child("source")

// ValidateFlow judges a flow by its spec: errors refuse it, one for each finding; warnings do not. A nil catalog
// means the newest embedded one.
func ValidateFlow(obj *v1alpha1.KestraFlow, catalog *flow.Catalog, opts flow.Options) (field.ErrorList, []string) {
	return FlowVerdict(obj, flow.Check([]byte(obj.Spec.Source), FlowIdentity(obj), catalog, opts))
}

// ValidateFlowUpdate judges a flow that replaces old; when no judged field changed, everything is a warning.
func ValidateFlowUpdate(old, obj *v1alpha1.KestraFlow, catalog *flow.Catalog, opts flow.Options) (field.ErrorList, []string) {
	errs, warnings := ValidateFlow(obj, catalog, opts)
	return forUpdate(SameFlow(old, obj), errs, warnings)
}

// FlowVerdict is ValidateFlow for a report that is already there.
func FlowVerdict(obj *v1alpha1.KestraFlow, report flow.Report) (field.ErrorList, []string) {
	errs := validateNamespace(obj.Spec.Namespace)
	if obj.Spec.ID == "" {
		errs = append(errs, field.Required(specPath.Child("id"), "name the flow's id, the same as in its source"))
	}
	errs = append(errs, validateTenant(obj.Spec.Tenant)...)
	errs = append(errs, SourceErrors(report)...)
	return errs, SourceWarnings(report)
}

// FlowUpdateVerdict is ValidateFlowUpdate for a report that is already there.
func FlowUpdateVerdict(old, obj *v1alpha1.KestraFlow, report flow.Report) (field.ErrorList, []string) {
	errs, warnings := FlowVerdict(obj, report)
	return forUpdate(SameFlow(old, obj), errs, warnings)
}

// FlowIdentity is what the object says its source must say.
func FlowIdentity(obj *v1alpha1.KestraFlow) flow.Identity {
	return flow.Identity{Namespace: obj.Spec.Namespace, ID: obj.Spec.ID}
}

// SameFlow is true when every field that is judged is the same in both.
func SameFlow(a, b *v1alpha1.KestraFlow) bool {
	return a.Spec.Tenant == b.Spec.Tenant && a.Spec.Namespace == b.Spec.Namespace &&
		a.Spec.ID == b.Spec.ID && a.Spec.Source == b.Spec.Source
}

// SourceErrors returns the findings that refuse a source, each as an error of spec.source.
func SourceErrors(report flow.Report) field.ErrorList {
	var errs field.ErrorList
	for _, finding := range report.Findings {
		if finding.Severity == flow.Error {
			errs = append(errs, invalid(sourcePath, finding.String()).WithOrigin(finding.Rule))
		}
	}
	if len(errs) > 0 && report.Omitted > 0 {
		errs = append(errs, invalid(sourcePath, fmt.Sprintf("%d more findings are not shown; correct these first", report.Omitted)))
	}
	return errs
}

// SourceWarnings returns the findings that only warn, those of one kind grouped with their lines.
func SourceWarnings(report flow.Report) []string {
	type group struct{ rule, message string }
	var groups []group
	lines := map[group][]int{}
	for _, finding := range report.Findings {
		if finding.Severity != flow.Warning {
			continue
		}
		g := group{finding.Rule, finding.Message}
		if _, found := lines[g]; !found {
			groups = append(groups, g)
		}
		lines[g] = append(lines[g], finding.Line)
	}
	var warnings []string
	for _, g := range groups {
		warnings = append(warnings, linesPrefix(lines[g])+g.message)
	}
	return boundWarnings(warnings)
}

// linesPrefix names the first lines of a group and how many more there are.
func linesPrefix(lines []int) string {
	const shown = 4
	lines = slices.Compact(slices.DeleteFunc(lines, func(line int) bool { return line <= 0 }))
	if len(lines) == 0 {
		return ""
	}
	more := ""
	if len(lines) > shown {
		more = fmt.Sprintf(" and %d more", len(lines)-shown)
		lines = lines[:shown]
	}
	numbers := make([]string, len(lines))
	for i, line := range lines {
		numbers[i] = strconv.Itoa(line)
	}
	return "line " + strings.Join(numbers, ", ") + more + ": "
}
