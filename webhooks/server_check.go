package webhooks

import (
	"context"
	"fmt"
	"slices"

	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/kestra-operator/kestra-operator/schemas/flow"
	"github.com/kestra-operator/kestra-operator/schemas/v1alpha1"
	"github.com/kestra-operator/kestra-operator/schemas/validation"
)

// flowJudge decides on flows, with the Kestra server where that is to be asked.
type flowJudge struct {
	reports *reports
	options Options
}

// report is what the operator's own judge says of an object's source.
func (j *flowJudge) report(ctx context.Context, obj *v1alpha1.KestraFlow, source *flow.Source) flow.Report {
	return j.reports.get(ctx, source, validation.FlowIdentity(obj))
}

func sourceOf(obj *v1alpha1.KestraFlow) *flow.Source { return flow.NewSource([]byte(obj.Spec.Source)) }

// decide returns the verdict on a flow with a source of which stored will be kept. The server is asked about a flow that passed
// every check here, and about one that failed only in what the server knows better, since the catalog may be older
// than the server's plugins. A server that does not answer in time refuses nothing, unless its word is required.
func (j *flowJudge) decide(ctx context.Context, obj *v1alpha1.KestraFlow, source *flow.Source, stored string) (field.ErrorList, []string) {
	report := j.report(ctx, obj, source)
	noteWarnings(ctx, report.Findings, flow.Warning)
	errs, warnings := validation.FlowVerdict(obj, report)
	firm, overruled := validation.FlowVerdict(obj, validation.Overruled(report))
	if j.options.ServerCheck == nil || len(firm) > 0 {
		return errs, warnings
	}
	findings, err := j.ask(ctx, obj, stored)
	if err != nil {
		return j.unanswered(errs, warnings, err)
	}
	noteWarnings(ctx, findings, flow.Warning)
	said := flow.Report{Findings: asSubmitted(obj.Spec.Source, stored, findings)}
	if !said.Accepted() {
		said.Findings = withoutRepetition(report.Findings, said.Findings)
		return append(errs, validation.SourceErrors(said)...), append(warnings, validation.SourceWarnings(said)...)
	}
	noteWarnings(ctx, report.Findings, flow.Error) // overruled
	if len(errs) > 0 && j.options.CatalogOutdated != nil {
		j.options.CatalogOutdated()
	}
	return nil, append(overruled, validation.SourceWarnings(said)...)
}

func (j *flowJudge) ask(ctx context.Context, obj *v1alpha1.KestraFlow, stored string) ([]flow.Finding, error) {
	ctx, cancel := context.WithTimeout(ctx, withinPatience(ctx, j.options.ServerCheckTimeout))
	defer cancel()
	return j.options.ServerCheck.CheckFlow(ctx, obj.Spec.Tenant, []byte(stored))
}

// unanswered is the verdict without the server's word.
func (j *flowJudge) unanswered(errs field.ErrorList, warnings []string, err error) (field.ErrorList, []string) {
	switch {
	case j.options.ServerCheckRequired:
		return append(errs, field.InternalError(field.NewPath("spec", "source"), fmt.Errorf(
			"no flow is admitted without Kestra's word, and Kestra could not be asked; apply again when it answers, "+
				"or run the operator with --server-check=preferred: %w", err))), warnings
	case len(errs) > 0:
		return errs, append(warnings, "Kestra could not be asked about this flow; what was last known of it decides")
	}
	return nil, append(warnings, "Kestra could not be asked about this flow; the operator asks again before it writes")
}

// withoutRepetition leaves out what the server says of a line where something is wrong already, or of no line
// at all: it is the same cause in other words.
func withoutRepetition(known, said []flow.Finding) []flow.Finding {
	lines := map[int]bool{}
	for _, finding := range known {
		if finding.Severity == flow.Error {
			lines[finding.Line], lines[0] = true, true
		}
	}
	return slices.DeleteFunc(slices.Clone(said), func(finding flow.Finding) bool {
		return finding.Severity == flow.Error && lines[finding.Line]
	})
}
