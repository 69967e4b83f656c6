package webhooks

import (
	"context"
	"errors"
	"fmt"
	"net/http"

	"gomodules.xyz/jsonpatch/v2"
	admissionv1 "k8s.io/api/admission/v1"
	"k8s.io/apimachinery/pkg/util/json"
	"k8s.io/apimachinery/pkg/util/validation/field"
	"sigs.k8s.io/controller-runtime/pkg/webhook/admission"

	"github.com/kestra-operator/kestra-operator/schemas/flow"
	"github.com/kestra-operator/kestra-operator/schemas/v1alpha1"
	"github.com/kestra-operator/kestra-operator/schemas/validation"
)

// argoTrackingAnnotation marks objects that Argo CD compares with their text in Git: an edited source would be
// out of sync for ever.
const argoTrackingAnnotation = "argocd.argoproj.io/tracking-id"

// readOnlyLabeler sets the read-only label in a flow's source, in the modes that edit what is stored. It answers
// with a patch of that one field, which leaves everything else to its owners.
//
// Where it edits, it also judges: the lines of the findings are then those that the user wrote.
type readOnlyLabeler struct {
	decoder admission.Decoder
	judge   *flowJudge
}

func (l *readOnlyLabeler) Handle(ctx context.Context, req admission.Request) admission.Response {
	obj := &v1alpha1.KestraFlow{}
	if err := l.decoder.DecodeRaw(req.Object, obj); err != nil {
		return admission.Errored(http.StatusBadRequest, err)
	}
	if !l.judge.edits(obj) {
		return admission.Allowed("")
	}
	ctx, seen := observe(admission.NewContextWithRequest(ctx, req), mutating, "KestraFlow", obj)
	response := l.edit(ctx, req, obj)
	seen.end(len(response.Warnings))
	return response
}

// edit answers a request about a flow whose stored source is to carry the label.
func (l *readOnlyLabeler) edit(ctx context.Context, req admission.Request, obj *v1alpha1.KestraFlow) admission.Response {
	source := sourceOf(obj)
	edited, changed, editErr := source.EnsureReadOnly() // edited is the source after an error
	stored, err := l.isStored(req, obj, edited)
	if err != nil {
		noteRefusal(ctx, field.ErrorList{field.InternalError(nil, err)})
		return admission.Errored(http.StatusBadRequest, err)
	}
	if !stored {
		errs, warnings := l.judge.decide(ctx, obj, source, string(edited))
		if len(errs) == 0 && editErr != nil {
			errs = noPlaceForLabel(editErr)
		}
		if len(errs) > 0 {
			noteRefusal(ctx, errs)
			return refused(obj.Name, errs).WithWarnings(warnings...)
		}
	}
	if !changed {
		return admission.Allowed("")
	}
	l.judge.reports.remember(edited, validation.FlowIdentity(obj), l.judge.report(ctx, obj, source))
	return admission.Patched("", jsonpatch.NewOperation("add", "/spec/source", string(edited))).WithWarnings(
		`spec.source: the label system.readOnly: "true" was set, since changes made in Kestra are overwritten`)
}

// isStored is true when the edit makes of an update what is stored already: the same text is applied again, and
// its findings are not new.
func (l *readOnlyLabeler) isStored(req admission.Request, obj *v1alpha1.KestraFlow, edited []byte) (bool, error) {
	if req.Operation != admissionv1.Update {
		return false, nil
	}
	var old struct { // reading the rest takes as long as judging the flow
		Spec v1alpha1.KestraFlowSpec `json:"spec"`
	}
	if err := json.Unmarshal(req.OldObject.Raw, &old); err != nil {
		return false, fmt.Errorf("read the object that is replaced: %w", err)
	}
	after := obj.Spec
	after.Source = string(edited)
	return validation.SameFlow(&v1alpha1.KestraFlow{Spec: old.Spec}, &v1alpha1.KestraFlow{Spec: after}), nil
}

// edits is true when the stored source is to carry the label.
func (j *flowJudge) edits(obj *v1alpha1.KestraFlow) bool {
	switch j.options.ReadOnlyLabel {
	case flow.LabelModeMutate:
		return true
	case flow.LabelModeAuto:
		_, tracked := obj.Annotations[argoTrackingAnnotation]
		return !tracked
	default:
		return false
	}
}

// decideStored is decide for a source that is stored as it is. Where the label is set only in what is sent, that must
// be possible: the reconciler writes no flow without it.
func (j *flowJudge) decideStored(ctx context.Context, obj *v1alpha1.KestraFlow) (field.ErrorList, []string) {
	source := sourceOf(obj)
	errs, warnings := j.decide(ctx, obj, source, obj.Spec.Source)
	if len(errs) > 0 || j.edits(obj) || j.options.ReadOnlyLabel == flow.LabelModeOff {
		return errs, warnings
	}
	if _, _, err := source.EnsureReadOnly(); err != nil {
		return noPlaceForLabel(err), warnings
	}
	return nil, warnings
}

// noPlaceForLabel refuses a source in which no place for the label was found.
func noPlaceForLabel(err error) field.ErrorList {
	finding := flow.Finding{Severity: flow.Error, Rule: "policy-read-only-place", Path: "labels", Message: err.Error()}
	var place *flow.EditError
	if errors.As(err, &place) {
		finding.Line, finding.Column, finding.Message = place.Line, place.Column, place.Message
	}
	return validation.SourceErrors(flow.Report{Findings: []flow.Finding{finding}})
}

// refused is the same answer that a validator's error becomes.
func refused(name string, errs field.ErrorList) admission.Response {
	status := invalid("KestraFlow", name, errs).Status()
	return admission.Response{AdmissionResponse: admissionv1.AdmissionResponse{Result: &status}}
}
