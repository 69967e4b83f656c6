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
}

// file judges everything in a file.
func (j Judge) file(in input) (results []Result, skipped int) {
	documents := split(in.text)
	if !holdsManifest(documents) {
		if !in.named && (len(documents) == 0 || !documents[0].looksLikeFlow()) {
			return nil, 1
		}
		return []Result{newResult(in.name, 1, j.source(in.text, flow.Identity{}), in.text, j.Strict)}, 0
	}
	for _, document := range documents {
		if !document.isManifest() {
			skipped++
			continue
		}
		perObject, others := j.manifest(document)
		skipped += others
		for _, findings := range perObject {
			for i := range findings {
				if findings[i].Line > 0 {
					findings[i].Line += document.firstLine
				}
			}
			results = append(results, newResult(in.name, document.number, findings, in.text, j.Strict))
		}
	}
	return results, skipped
}

func holdsManifest(documents []document) bool {
	for _, document := range documents {
		if document.isManifest() {
			return true
		}
	}
	return false
}

// manifest judges the objects of a document: one list of findings for each, placed in the document.
func (j Judge) manifest(d document) (perObject [][]flow.Finding, others int) {
	objects, others, unreadable := d.objects()
	if unreadable != nil {
		return [][]flow.Finding{{*unreadable}}, 0
	}
	for _, o := range objects {
		perObject = append(perObject, j.object(o, d))
	}
	return perObject, others
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
	findings := j.source([]byte(of.Spec.Source), validation.FlowIdentity(of))
	place := newScalarPlace(node, d.text)
	for i := range findings {
		findings[i] = place.inDocument(findings[i])
	}
	return findings
}

// source judges the text of one flow.
func (j Judge) source(text []byte, identity flow.Identity) []flow.Finding {
	report := flow.Check(text, identity, j.Catalog, j.Options)
	if report.Omitted > 0 {
		return append(report.Findings, flow.Finding{
			Severity: flow.Warning, Rule: "more-findings", Message: fmt.Sprintf("%d more findings are not shown", report.Omitted),
		})
	}
	return report.Findings
}
