package validate

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/kestra-operator/kestra-operator/cmd/kestra-operator/internal/policy"
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
	// DefaultTenant is the tenant of objects that name none; "main" when empty.
	DefaultTenant string
	// Policy refuses what an object's Kubernetes namespace may not write; nil allows everything.
	Policy *policy.Policy
	// Ask has a Kestra server judge a flow that passed every other check; nil for none.
	Ask func(tenant string, source []byte) ([]flow.Finding, error)
}

// judged is what was found in one object of a document.
type judged struct {
	findings []flow.Finding
	// secret is true when lines of the object may hold a secret, so that no excerpt may show them.
	secret bool
	// keeps is what the object would write, and by which object; nil when that is not known.
	keeps *keeping
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
			object.moveDown(document.firstLine)
			results = append(results, j.result(in, document.number, object))
		}
	}
	return results, skipped
}

func (j Judge) result(in input, document int, object judged) Result {
	result := Result{File: in.name, Document: document, Findings: object.findings, keeps: object.keeps, strict: j.Strict}
	if !object.secret {
		result.text = in.text
	}
	if result.Findings == nil {
		result.Findings = []flow.Finding{}
	}
	slices.SortStableFunc(result.Findings, func(a, b flow.Finding) int {
		return cmp.Or(cmp.Compare(a.Line, b.Line), cmp.Compare(a.Column, b.Column))
	})
	result.decide()
	return result
}

// moveDown moves the findings by a number of lines.
func (r *judged) moveDown(lines int) {
	for i := range r.findings {
		if r.findings[i].Line > 0 {
			r.findings[i].Line += lines
		}
	}
	if r.keeps != nil {
		r.keeps.line += lines
	}
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
	objects, skipped, unreadable := d.objects()
	if unreadable != nil {
		return []judged{{findings: []flow.Finding{*unreadable}, secret: true}}, 0
	}
	for _, o := range objects {
		result := j.object(o, d)
		result.secret = o.kind != "KestraFlow"
		all = append(all, result)
	}
	return all, len(skipped)
}

// object judges one object by what the API server and admission would say. One that cannot be read is not judged
// further: what follows from it would hide the cause.
func (j Judge) object(o object, d document) judged {
	definition, known := definitions()[o.kind]
	group, _, _ := strings.Cut(o.apiVersion, "/")
	switch {
	case group != v1alpha1.GroupName:
		return judged{findings: []flow.Finding{o.finding(flow.Warning, "unknown-group", "apiVersion",
			fmt.Sprintf("not judged: this operator's %s is of %s", o.kind, definition.apiVersion))}}
	case !known:
		return judged{findings: []flow.Finding{o.finding(flow.Error, "unknown-kind", "kind",
			fmt.Sprintf("no kind %q in group %s: it has KestraFlow, KestraKeyValue and KestraNamespaceFile", o.kind, v1alpha1.GroupName))}}
	case o.apiVersion != definition.apiVersion:
		return judged{findings: []flow.Finding{o.finding(flow.Error, "unknown-version", "apiVersion",
			fmt.Sprintf("no version %q of %s; write %s", o.apiVersion, o.kind, definition.apiVersion))}}
	}
	switch o.kind {
	case "KestraFlow":
		return j.kestraFlow(o, d)
	case "KestraKeyValue":
		var into v1alpha1.KestraKeyValue
		findings, readable := o.read(&into, &into.ObjectMeta)
		if !readable {
			return judged{findings: findings}
		}
		errs, warnings := validation.ValidateKeyValue(&into)
		return j.keeps(o, o.merge(findings, errs, warnings), target{o.kind, into.Spec.Tenant, into.Spec.Namespace, into.Spec.Key}, into.ObjectMeta)
	default:
		var into v1alpha1.KestraNamespaceFile
		findings, readable := o.read(&into, &into.ObjectMeta)
		if !readable {
			return judged{findings: findings}
		}
		errs, warnings := validation.ValidateNamespaceFile(&into)
		return j.keeps(o, o.merge(findings, errs, warnings), target{o.kind, into.Spec.Tenant, into.Spec.Namespace, into.Spec.Filename}, into.ObjectMeta)
	}
}

func (j Judge) kestraFlow(o object, d document) judged {
	var into v1alpha1.KestraFlow
	findings, readable := o.read(&into, &into.ObjectMeta)
	if !readable {
		return judged{findings: findings}
	}
	errs, _ := validation.FlowVerdict(&into, flow.Report{}) // the source is judged below, with its place in the file
	findings = append(o.merge(findings, errs, nil), j.flowSource(o, d, &into)...)
	return j.keeps(o, findings, target{o.kind, into.Spec.Tenant, into.Spec.Namespace, into.Spec.ID}, into.ObjectMeta)
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
