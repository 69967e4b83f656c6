package webhooks

import (
	"testing"

	"github.com/prometheus/client_golang/prometheus"
	dto "github.com/prometheus/client_model/go"
	admissionv1 "k8s.io/api/admission/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"sigs.k8s.io/controller-runtime/pkg/webhook/admission"

	"github.com/kestra-operator/kestra-operator/schemas/flow"
	"github.com/kestra-operator/kestra-operator/schemas/v1alpha1"
)

func TestAnUpdateOfWhatCannotBeReadIsCountedAsFailed(t *testing.T) {
	scheme := runtime.NewScheme()
	if err := v1alpha1.AddToScheme(scheme); err != nil {
		t.Fatal(err)
	}
	options := Options{Catalog: func() *flow.Catalog { return nil }, ReadOnlyLabel: flow.LabelModeMutate}
	labeler := &readOnlyLabeler{
		decoder: admission.NewDecoder(scheme),
		judge:   &flowJudge{reports: newReports(options.Catalog, options.ReadOnlyLabel), options: options},
	}
	counted := func(verdict string) uint64 {
		var metric dto.Metric
		if err := admissionDuration.WithLabelValues(mutating, "KestraFlow", verdict).(prometheus.Histogram).Write(&metric); err != nil {
			t.Fatal(err)
		}
		return metric.GetHistogram().GetSampleCount()
	}
	allowed, failed := counted(verdictAllowed), counted(verdictFailed)
	const head = `{"apiVersion":"model.kestra.io/v1alpha1","kind":"KestraFlow","metadata":{"name":"a"},"spec":`
	response := labeler.Handle(t.Context(), admission.Request{AdmissionRequest: admissionv1.AdmissionRequest{
		Operation: admissionv1.Update,
		Object:    runtime.RawExtension{Raw: []byte(head + `{"namespace":"b","id":"a","source":"id: a\nnamespace: b\n"}}`)},
		OldObject: runtime.RawExtension{Raw: []byte(head + `7}`)},
	}})
	if response.Allowed || counted(verdictAllowed) != allowed || counted(verdictFailed) != failed+1 {
		t.Errorf("allowed: %t; %d more are counted as allowed and %d as failed, want a refusal that is counted as failed",
			response.Allowed, counted(verdictAllowed)-allowed, counted(verdictFailed)-failed)
	}
}
