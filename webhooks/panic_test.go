package webhooks_test

import (
	"regexp"
	"strings"
	"testing"

	apierrors "k8s.io/apimachinery/pkg/api/errors"

	"github.com/kestra-operator/kestra-operator/schemas/flow"
	"github.com/kestra-operator/kestra-operator/webhooks"
)

// panicked is what the requester is told, with the request's id.
var panicked = regexp.MustCompile(`failed on request [0-9a-f-]{36}; nothing was stored`)

func TestAPanicOfTheJudgeIsARefusal(t *testing.T) {
	for _, mode := range []flow.LabelMode{flow.LabelModeMutate, flow.LabelModeRender} {
		t.Run(string(mode), func(t *testing.T) {
			serveWebhooks(t, webhooks.Options{ReadOnlyLabel: mode, Catalog: func() *flow.Catalog { panic("S3cret") }})
			u := newUser(t, plane.Config())
			err := u.Create(t.Context(), aFlow(newNamespace(t, u), goodSource))
			if !apierrors.IsInternalError(err) || !panicked.MatchString(err.Error()) {
				t.Errorf("the answer is %v, want a refusal that names the request", err)
			}
			if strings.Contains(err.Error(), "S3cret") {
				t.Errorf("the answer tells what the judge was about: %v", err)
			}
		})
	}
}
