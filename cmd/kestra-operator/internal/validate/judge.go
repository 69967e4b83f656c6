package validate

import (
	"fmt"

	"github.com/kestra-operator/kestra-operator/schemas/flow"
	"github.com/kestra-operator/kestra-operator/schemas/v1alpha1"
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

func (j Judge) object(o object, d document) []flow.Finding {
	switch o.kind {
	case "KestraFlow":
		return j.kestraFlow(o, d)
	case "KestraKeyValue", "KestraNamespaceFile":
		return nil
	}
	return []flow.Finding{o.finding(flow.Error, "unknown-kind", "kind",
		fmt.Sprintf("no kind %q in group %s: it has KestraFlow, KestraKeyValue and KestraNamespaceFile", o.kind, v1alpha1.GroupName))}
}

func (j Judge) kestraFlow(o object, d document) []flow.Finding {
	var object v1alpha1.KestraFlow
	findings := o.decode(&object)
	sourceNode := child(child(o.node, "spec"), "source")
	if sourceNode == nil {
		return append(findings, o.finding(flow.Error, "required", "spec.source", "required: the flow's YAML text"))
	}
	place := newScalarPlace(sourceNode, d.text)
	for _, finding := range j.source([]byte(object.Spec.Source), flow.Identity{Namespace: object.Spec.Namespace, ID: object.Spec.ID}) {
		findings = append(findings, place.inDocument(finding))
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
