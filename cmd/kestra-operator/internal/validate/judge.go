package validate

import (
	"fmt"

	"github.com/kestra-operator/kestra-operator/schemas/flow"
	"github.com/kestra-operator/kestra-operator/schemas/v1alpha1"
	"github.com/kestra-operator/kestra-operator/schemas/validation"
)

// Judge judges flows and objects for one Kestra.
type Judge struct {
	// Catalog of the Kestra to judge for; nil for the newest embedded one.
	Catalog *flow.Catalog
	// Options of every flow.
	Options flow.Options
	// Strict makes warnings refuse.
	Strict bool
	// Ask has a Kestra server judge a flow that passed every other check; nil for none.
	Ask func(tenant string, source []byte) ([]flow.Finding, error)
}

// judged is what was found in one object of a document.
type judged struct {
	findings []flow.Finding
	// secret is true when lines of the object may hold a secret, so that no excerpt may show them.
	secret bool
}

// file judges everything in a file.
func (j Judge) file(in input) (results []Result, skipped int) {
	documents := split(in.text)
	if !holdsManifest(documents) {
		if !in.named && (len(documents) == 0 || !documents[0].looksLikeFlow()) {
			return nil, 1
		}
		return []Result{j.result(in, 1, judged{findings: j.source(in.text, flow.Identity{}, "")})}, 0
	}
	for _, document := range documents {
		if !document.isManifest() {
			skipped++
			continue
		}
		objects, others := j.manifest(document)
		skipped += others
		for _, object := range objects {
			for i := range object.findings {
				if object.findings[i].Line > 0 {
					object.findings[i].Line += document.firstLine
				}
			}
			results = append(results, j.result(in, document.number, object))
		}
	}
	return results, skipped
}

func (j Judge) result(in input, document int, object judged) Result {
	result := Result{File: in.name, Document: document, Verdict: Accepted, Findings: object.findings}
	if !object.secret {
		result.text = in.text
	}
	if result.Findings == nil {
		result.Findings = []flow.Finding{}
	}
	for _, finding := range result.Findings {
		if finding.Severity == flow.Error || j.Strict {
			result.Verdict = Refused
		}
	}
	return result
}

func holdsManifest(documents []document) bool {
	for _, document := range documents {
		if document.isManifest() {
			return true
		}
	}
	return false
}

// manifest judges the objects of a document; their findings have their place in the document.
func (j Judge) manifest(d document) (all []judged, others int) {
	objects, others, unreadable := d.objects()
	if unreadable != nil {
		return []judged{{findings: []flow.Finding{*unreadable}, secret: true}}, 0
	}
	for _, o := range objects {
		all = append(all, judged{findings: j.object(o, d), secret: o.kind != "KestraFlow"})
	}
	return all, others
}

// object judges one object by the functions that admission calls.
func (j Judge) object(o object, d document) []flow.Finding {
	switch o.kind {
	case "KestraFlow":
		var into v1alpha1.KestraFlow
		findings := o.decode(&into)
		errs, _ := validation.FlowVerdict(&into, flow.Report{}) // the source is judged below, with its place in the file
		return append(append(findings, o.fieldErrors(errs)...), j.flowSource(o, d, &into)...)
	case "KestraKeyValue":
		var into v1alpha1.KestraKeyValue
		findings := o.decode(&into)
		errs, warnings := validation.ValidateKeyValue(&into)
		return append(append(findings, o.fieldErrors(errs)...), o.fieldWarnings(warnings)...)
	case "KestraNamespaceFile":
		var into v1alpha1.KestraNamespaceFile
		findings := o.decode(&into)
		errs, warnings := validation.ValidateNamespaceFile(&into)
		return append(append(findings, o.fieldErrors(errs)...), o.fieldWarnings(warnings)...)
	}
	return []flow.Finding{o.finding(flow.Error, "unknown-kind", "kind",
		fmt.Sprintf("no kind %q in group %s: it has KestraFlow, KestraKeyValue and KestraNamespaceFile", o.kind, v1alpha1.GroupName))}
}

func (j Judge) flowSource(o object, d document, of *v1alpha1.KestraFlow) []flow.Finding {
	node := child(child(o.node, "spec"), "source")
	if node == nil {
		return []flow.Finding{o.finding(flow.Error, "required", "spec.source", "write the flow's YAML text")}
	}
	findings := j.source([]byte(of.Spec.Source), validation.FlowIdentity(of), of.Spec.Tenant)
	place := newScalarPlace(node, d.text)
	for i := range findings {
		findings[i] = place.inDocument(findings[i])
	}
	return findings
}

// source judges the text of one flow.
func (j Judge) source(text []byte, identity flow.Identity, tenant string) []flow.Finding {
	report := flow.Check(text, identity, j.Catalog, j.Options)
	if report.Omitted > 0 {
		return append(report.Findings, flow.Finding{
			Severity: flow.Warning, Rule: "more-findings", Message: fmt.Sprintf("%d more findings are not shown", report.Omitted),
		})
	}
	if j.Ask == nil || !report.Accepted() {
		return report.Findings
	}
	answer, err := j.Ask(tenant, text)
	if err != nil {
		answer = []flow.Finding{{Severity: flow.Error, Rule: "server", Message: err.Error()}}
	}
	return append(report.Findings, answer...)
}
