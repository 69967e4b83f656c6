package webhookconfig

import (
	"context"
	"fmt"
	"net/url"
	"strings"

	admissionregistrationv1 "k8s.io/api/admissionregistration/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/kestra-operator/kestra-operator/schemas/v1alpha1"
)

// Webhook is one of an operator's webhooks, as the API server knows it.
type Webhook struct {
	// Configuration is the name of the configuration that it is part of, and Kind that configuration's kind.
	Configuration, Kind string
	Name                string
	// Conditional is true when match conditions let changes pass that are not judged, without a call.
	Conditional bool
	// Ignored is true when the API server goes on without the operator's answer (failurePolicy: Ignore).
	Ignored bool
	// CABundle is what the API server trusts, in PEM; it trusts what its machine does when empty.
	CABundle []byte
	// Host is the name that the API server expects in the certificate.
	Host string
}

// Named selects the configurations of one name.
func Named(name string) client.ListOption {
	return client.MatchingFields{metav1.ObjectNameField: name}
}

// All lists the operator's webhooks in the whole cluster, those that validate first.
func All(ctx context.Context, reader client.Reader) ([]Webhook, error) {
	validating, err := Validating(ctx, reader)
	if err != nil {
		return nil, err
	}
	mutating, err := Mutating(ctx, reader)
	return append(validating, mutating...), err
}

// Validating lists the operator's webhooks in ValidatingWebhookConfigurations, all of the cluster's unless options
// say which. Listing by [Named] takes the right to list that name only.
func Validating(ctx context.Context, reader client.Reader, options ...client.ListOption) ([]Webhook, error) {
	var configurations admissionregistrationv1.ValidatingWebhookConfigurationList
	if err := reader.List(ctx, &configurations, options...); err != nil {
		return nil, fmt.Errorf("read the validating webhook configurations: %w", err)
	}
	var found []Webhook
	for _, configuration := range configurations.Items {
		for _, w := range configuration.Webhooks {
			found = append(found, newWebhook("ValidatingWebhookConfiguration", configuration.Name, w.Name, w.ClientConfig, w.FailurePolicy, w.MatchConditions))
		}
	}
	return own(found), nil
}

// Mutating lists the operator's webhooks in MutatingWebhookConfigurations, as Validating does.
func Mutating(ctx context.Context, reader client.Reader, options ...client.ListOption) ([]Webhook, error) {
	var configurations admissionregistrationv1.MutatingWebhookConfigurationList
	if err := reader.List(ctx, &configurations, options...); err != nil {
		return nil, fmt.Errorf("read the mutating webhook configurations: %w", err)
	}
	var found []Webhook
	for _, configuration := range configurations.Items {
		for _, w := range configuration.Webhooks {
			found = append(found, newWebhook("MutatingWebhookConfiguration", configuration.Name, w.Name, w.ClientConfig, w.FailurePolicy, w.MatchConditions))
		}
	}
	return own(found), nil
}

func newWebhook(
	kind, configuration, name string, access admissionregistrationv1.WebhookClientConfig,
	policy *admissionregistrationv1.FailurePolicyType, conditions []admissionregistrationv1.MatchCondition,
) Webhook {
	return Webhook{
		Kind: kind, Configuration: configuration, Name: name,
		Conditional: len(conditions) > 0, Ignored: policy != nil && *policy == admissionregistrationv1.Ignore, CABundle: access.CABundle, Host: host(access),
	}
}

// own leaves out webhooks of other programs.
func own(webhooks []Webhook) []Webhook {
	var kept []Webhook
	for _, webhook := range webhooks {
		if strings.HasSuffix(webhook.Name, "."+v1alpha1.GroupName) {
			kept = append(kept, webhook)
		}
	}
	return kept
}

func host(access admissionregistrationv1.WebhookClientConfig) string {
	if access.Service != nil {
		return access.Service.Name + "." + access.Service.Namespace + ".svc"
	}
	if access.URL == nil {
		return ""
	}
	parsed, err := url.Parse(*access.URL)
	if err != nil {
		return ""
	}
	return parsed.Hostname()
}
