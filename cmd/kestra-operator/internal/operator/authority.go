package operator

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"
	"sync/atomic"

	"github.com/open-policy-agent/cert-controller/pkg/rotator"
	admissionregistrationv1 "k8s.io/api/admissionregistration/v1"
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/manager"

	"github.com/kestra-operator/kestra-operator/cmd/kestra-operator/internal/config"
)

// authority is the self-managed certificate authority: it lives in a Secret, which every replica keeps
// fresh, writes the certificate to a folder, and gives the API server its own certificate to trust.
type authority struct {
	files  *secretFiles
	reader client.Reader
	config config.Webhook
	// trusted is true once the API server was seen to trust the authority.
	trusted atomic.Bool
}

// addAuthority puts the authority into a manager. Its Secret is created when it is not there.
func addAuthority(ctx context.Context, mgr manager.Manager, cluster client.Client, c config.Config) (*authority, error) {
	key := types.NamespacedName{Namespace: c.Namespace, Name: c.Webhook.SecretName}
	secret := &corev1.Secret{ObjectMeta: metav1.ObjectMeta{Namespace: key.Namespace, Name: key.Name}}
	if err := cluster.Create(ctx, secret); err != nil && !apierrors.IsAlreadyExists(err) {
		return nil, fmt.Errorf("create Secret %s for the webhook certificate: %w", key, err)
	}
	if err := os.MkdirAll(c.Webhook.CertDir, 0o700); err != nil {
		return nil, fmt.Errorf("make the folder of --cert-dir: %w", err)
	}
	files, err := addSecretFiles(mgr, key, c.Webhook.CertDir)
	if err != nil {
		return nil, err
	}
	service := c.Webhook.ServiceName + "." + c.Namespace + ".svc"
	err = rotator.AddRotator(mgr, &rotator.CertRotator{
		ControllerName: c.Name + "-certificates",
		SecretKey:      key,
		CertDir:        c.Webhook.CertDir,
		CAName:         "kestra-operator-ca",
		CAOrganization: "kestra-operator",
		DNSName:        service,
		ExtraDNSNames:  append([]string{service + ".cluster.local"}, c.Webhook.ExtraDNSNames...),
		IsReady:        make(chan struct{}), // closed seconds after the fact; check looks itself
		FieldOwner:     "kestra-operator-certificates",
		Webhooks: []rotator.WebhookInfo{
			{Name: c.Webhook.ValidatingConfiguration, Type: rotator.Validating},
			{Name: c.Webhook.MutatingConfiguration, Type: rotator.Mutating},
		},
	})
	if err != nil {
		return nil, fmt.Errorf("set up the certificate authority: %w", err)
	}
	return &authority{files: files, reader: mgr.GetAPIReader(), config: c.Webhook}, nil
}

// check is a readiness check: before the API server trusts the authority, its calls would fail.
func (a *authority) check(request *http.Request) error {
	if a.trusted.Load() {
		return nil
	}
	certificate := a.files.authority.Load()
	if certificate == nil {
		return errors.New("the certificate authority is not there yet")
	}
	bundles, err := a.bundles(request.Context())
	if err != nil {
		return err
	}
	for _, bundle := range bundles {
		if !bytes.Contains(bundle, *certificate) {
			return errors.New("the webhook configurations do not have the certificate authority yet")
		}
	}
	a.trusted.Store(true)
	return nil
}

// bundles returns what the API server trusts for each webhook. It lists, since a list by name needs no right
// beyond those of the rotator's own watch.
func (a *authority) bundles(ctx context.Context) ([][]byte, error) {
	var validating admissionregistrationv1.ValidatingWebhookConfigurationList
	if err := a.reader.List(ctx, &validating, client.MatchingFields{metav1.ObjectNameField: a.config.ValidatingConfiguration}); err != nil {
		return nil, fmt.Errorf("read the validating webhooks: %w", err)
	}
	var mutating admissionregistrationv1.MutatingWebhookConfigurationList
	if err := a.reader.List(ctx, &mutating, client.MatchingFields{metav1.ObjectNameField: a.config.MutatingConfiguration}); err != nil {
		return nil, fmt.Errorf("read the mutating webhooks: %w", err)
	}
	var bundles [][]byte
	for _, configuration := range validating.Items {
		for _, webhook := range configuration.Webhooks {
			bundles = append(bundles, webhook.ClientConfig.CABundle)
		}
	}
	for _, configuration := range mutating.Items {
		for _, webhook := range configuration.Webhooks {
			bundles = append(bundles, webhook.ClientConfig.CABundle)
		}
	}
	return bundles, nil
}
