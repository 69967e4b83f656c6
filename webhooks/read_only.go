package webhooks

import (
	"context"
	"net/http"

	"gomodules.xyz/jsonpatch/v2"
	admissionv1 "k8s.io/api/admission/v1"
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
	if !l.edits(obj) {
		return admission.Allowed("")
	}
	edited, changed, editErr := flow.EnsureReadOnly([]byte(obj.Spec.Source))
	if editErr != nil {
		edited = []byte(obj.Spec.Source)
	}
	stored, err := l.isStored(req, obj, edited)
	if err != nil {
		return admission.Errored(http.StatusBadRequest, err)
	}
	if !stored {
		if errs, warnings := l.judge.decide(ctx, obj, string(edited)); len(errs) > 0 {
			return refused(obj.Name, errs).WithWarnings(warnings...)
		}
	}
	if editErr != nil {
		return admission.Allowed("").WithWarnings(
			"spec.source: the read-only label could not be set here; the operator sets it on what it sends to Kestra")
	}
	if !changed {
		return admission.Allowed("")
	}
	l.judge.reports.remember(string(edited), validation.FlowIdentity(obj), l.judge.report(obj))
	return admission.Patched("", jsonpatch.NewOperation("add", "/spec/source", string(edited))).WithWarnings(
		`spec.source: the label system.readOnly: "true" was set, since changes made in Kestra are overwritten`)
}

// isStored is true when the edit makes of an update what is stored already: the same text is applied again, and
// its findings are not new.
func (l *readOnlyLabeler) isStored(req admission.Request, obj *v1alpha1.KestraFlow, edited []byte) (bool, error) {
	if req.Operation != admissionv1.Update {
		return false, nil
	}
	old := &v1alpha1.KestraFlow{}
	if err := l.decoder.DecodeRaw(req.OldObject, old); err != nil {
		return false, err
	}
	after := obj.DeepCopy()
	after.Spec.Source = string(edited)
	return validation.SameFlow(old, after), nil
}

// edits is true when the stored source is to carry the label.
func (l *readOnlyLabeler) edits(obj *v1alpha1.KestraFlow) bool {
	switch l.judge.options.ReadOnlyLabel {
	case flow.LabelModeMutate:
		return true
	case flow.LabelModeAuto:
		_, tracked := obj.Annotations[argoTrackingAnnotation]
		return !tracked
	default:
		return false
	}
}

// refused is the same answer that a validator's error becomes.
func refused(name string, errs field.ErrorList) admission.Response {
	status := invalid("KestraFlow", name, errs).Status()
	return admission.Response{AdmissionResponse: admissionv1.AdmissionResponse{Result: &status}}
}
