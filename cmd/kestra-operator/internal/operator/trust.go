package operator

import (
	"context"
	"crypto/x509"
	"fmt"
	"net/http"
	"sync/atomic"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/kestra-operator/kestra-operator/cmd/kestra-operator/internal/config"
	"github.com/kestra-operator/kestra-operator/cmd/kestra-operator/internal/webhookconfig"
)

// trust tells whether the API server accepts the certificate that is served, by its own webhook configurations.
type trust struct {
	reader  client.Reader
	config  config.Webhook
	serving *certificate
	// seen is true once it did. Whoever replaces the authority later has replicas that serve.
	seen atomic.Bool
}

// check is a readiness check: before the API server trusts the certificate, its calls would fail.
func (t *trust) check(request *http.Request) error {
	if t.seen.Load() {
		return nil
	}
	webhooks, err := ownWebhooks(request.Context(), t.reader, t.config)
	if apierrors.IsForbidden(err) {
		return nil // an installation that does not let it look does not want it to
	}
	if err != nil {
		return err
	}
	chain, err := t.serving.chain()
	if err != nil {
		return err
	}
	for _, webhook := range webhooks {
		if err := t.checkOne(webhook, chain); err != nil {
			return err
		}
	}
	t.seen.Store(true)
	return nil
}

func (t *trust) checkOne(webhook webhookconfig.Webhook, chain []*x509.Certificate) error {
	injected := t.config.SelfManaged || t.config.CertificateName != ""
	if injected && len(webhook.CABundle) == 0 {
		return fmt.Errorf("nothing has written the certificate authority into %s yet", webhook)
	}
	return webhook.Trust(chain)
}

// ownWebhooks are those that the API server calls this operator by.
func ownWebhooks(ctx context.Context, reader client.Reader, c config.Webhook) ([]webhookconfig.Webhook, error) {
	validating, err := webhookconfig.Validating(ctx, reader, webhookconfig.Named(c.ValidatingConfiguration))
	if err != nil {
		return nil, err
	}
	mutating, err := webhookconfig.Mutating(ctx, reader, webhookconfig.Named(c.MutatingConfiguration))
	return append(validating, mutating...), err
}
