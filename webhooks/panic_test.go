package webhooks_test

import (
	"strings"
	"testing"

	apierrors "k8s.io/apimachinery/pkg/api/errors"

	"github.com/kestra-operator/kestra-operator/schemas/flow"
	"github.com/kestra-operator/kestra-operator/webhooks"
)

func TestAPanicOfTheJudgeIsARefusal(t *testing.T) {
	for _, mode := range []flow.LabelMode{flow.LabelModeMutate, flow.LabelModeRender} {
		t.Run(string(mode), func(t *testing.T) {
			serveWebhooks(t, webhooks.Options{ReadOnlyLabel: mode, Catalog: func() *flow.Catalog { panic("no catalog today") }})
			u := newUser(t, plane.Config())
			err := u.Create(t.Context(), aFlow(newNamespace(t, u), goodSource))
			if !apierrors.IsInternalError(err) || !strings.Contains(err.Error(), "panic") {
				t.Errorf("the answer is %v, want a refusal that says what happened", err)
			}
		})
	}
}
