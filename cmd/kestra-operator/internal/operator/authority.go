package operator

import (
	"context"
	"fmt"

	"github.com/open-policy-agent/cert-controller/pkg/rotator"
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/manager"

	"github.com/kestra-operator/kestra-operator/cmd/kestra-operator/internal/config"
)

// addAuthority puts the self-managed certificate authority into a manager: it lives in a Secret, which every replica
// keeps fresh, and gives the API server its own certificate to trust. The Secret is created when it is not there.
func addAuthority(ctx context.Context, mgr manager.Manager, cluster client.Client, c config.Config) error {
	key := types.NamespacedName{Namespace: c.Namespace, Name: c.Webhook.SecretName}
	secret := &corev1.Secret{ObjectMeta: metav1.ObjectMeta{Namespace: key.Namespace, Name: key.Name}}
	if err := cluster.Create(ctx, secret); err != nil && !apierrors.IsAlreadyExists(err) {
		return fmt.Errorf("create Secret %s for the webhook certificate: %w", key, err)
	}
	service := c.Webhook.ServiceName + "." + c.Namespace + ".svc"
	err := rotator.AddRotator(mgr, &rotator.CertRotator{
		ControllerName: c.Name + "-certificates",
		SecretKey:      key,
		CertDir:        c.Webhook.CertDir,
		CAName:         "kestra-operator-ca",
		CAOrganization: "kestra-operator",
		DNSName:        service,
		ExtraDNSNames:  append([]string{service + ".cluster.local"}, c.Webhook.ExtraDNSNames...),
		IsReady:        make(chan struct{}), // closed seconds after the fact; the check of trust looks itself
		FieldOwner:     "kestra-operator-certificates",
		Webhooks: []rotator.WebhookInfo{
			{Name: c.Webhook.ValidatingConfiguration, Type: rotator.Validating},
			{Name: c.Webhook.MutatingConfiguration, Type: rotator.Mutating},
		},
	})
	if err != nil {
		return fmt.Errorf("set up the certificate authority: %w", err)
	}
	return nil
}
