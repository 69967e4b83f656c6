package webhooks

import (
	"errors"
	"testing"

	dto "github.com/prometheus/client_model/go"
	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/kestra-operator/kestra-operator/schemas/flow"
	"github.com/kestra-operator/kestra-operator/schemas/v1alpha1"
)

func TestTheVerdictFollowsFromWhatWasTold(t *testing.T) {
	path := field.NewPath("spec")
	forbidden := field.Forbidden(path, "")
	unanswered := field.InternalError(path, errors.New("nobody answers"))
	for name, test := range map[string]struct {
		refused  field.ErrorList
		warnings int
		want     string
	}{
		"nothing":                       {want: verdictAllowed},
		"a warning":                     {warnings: 1, want: verdictWarned},
		"an error and a warning":        {refused: field.ErrorList{forbidden}, warnings: 1, want: verdictRefused},
		"nobody answered":               {refused: field.ErrorList{unanswered}, want: verdictFailed},
		"an error, and nobody answered": {refused: field.ErrorList{forbidden, unanswered}, want: verdictFailed},
	} {
		t.Run(name, func(t *testing.T) {
			o := &observation{refused: test.refused}
			if got := o.verdict(test.warnings); got != test.want {
				t.Errorf("the verdict is %s, want %s", got, test.want)
			}
		})
	}
}

func TestFindingsAreCountedOnceForEachApply(t *testing.T) {
	const kind = "KestraFlow"
	counted := func(severity, rule string) float64 {
		var metric dto.Metric
		if err := admissionFindings.WithLabelValues(kind, severity, rule).Write(&metric); err != nil {
			t.Fatal(err)
		}
		return metric.GetCounter().GetValue()
	}
	warned := []flow.Finding{{Severity: flow.Warning, Rule: "test-warned"}, {Severity: flow.Error, Rule: "test-other"}}
	for _, test := range []struct {
		name, webhook string
		refused       field.ErrorList
		warnings      float64 // that are counted
	}{
		{"what the mutating webhook lets pass is not counted yet", mutating, nil, 0},
		{"what the validating webhook lets pass is counted", validating, nil, 1},
		{"what the mutating webhook refuses reaches no other", mutating, field.ErrorList{field.Forbidden(nil, "").WithOrigin("test-refused")}, 2},
	} {
		t.Run(test.name, func(t *testing.T) {
			ctx, seen := observe(t.Context(), test.webhook, kind, &v1alpha1.KestraFlow{})
			noteWarnings(ctx, warned, flow.Warning)
			noteRefusal(ctx, test.refused)
			seen.end(len(warned))
			if got := counted("warning", "test-warned"); got != test.warnings {
				t.Errorf("%v warnings are counted, want %v", got, test.warnings)
			}
			if got := counted("error", "test-refused"); got != float64(len(test.refused)) {
				t.Errorf("%v errors are counted, want %d", got, len(test.refused))
			}
			if counted("warning", "test-other") != 0 {
				t.Error("an error is counted as a warning")
			}
		})
	}
}
