package doctor

import (
	"context"
	"crypto/x509"
	"encoding/pem"
	"slices"
	"strings"
	"time"

	corev1 "k8s.io/api/core/v1"
	discoveryv1 "k8s.io/api/discovery/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/kestra-operator/kestra-operator/cmd/kestra-operator/internal/webhookconfig"
)

// soon is how long before its end a certificate is worth a warning. Both kinds of authorities renew earlier.
const soon = 7 * 24 * time.Hour

// service names the Service that the API server calls for admission.
type service struct{ namespace, name string }

// admission looks at the webhook configurations, and at the Services and the certificates behind them.
func (e *examination) admission(ctx context.Context) {
	var err error
	if e.webhooks, err = webhookconfig.All(ctx, e.Cluster); err != nil {
		e.skip("webhooks", "admission", err)
		return
	}
	if len(e.webhooks) == 0 {
		e.add("webhooks", Failed, "apply the installation's manifests again: the webhook configurations are part of them",
			"no webhook configuration calls the operator: wrong flows are stored, and only refused when they are synced")
		return
	}
	healthy := true
	var services []service
	for _, webhook := range e.webhooks {
		if problem := webhook.ConditionsProblem(); problem != "" {
			healthy = false
			e.add("webhooks", Failed, "apply the installation's manifests again", "%s", problem)
		}
		if webhook.Ignored {
			healthy = false
			e.add("webhooks", Warning, "set failurePolicy: Fail, unless that is meant", "%s lets everything pass while no operator answers (failurePolicy: Ignore)", webhook)
		}
		healthy = e.bundle(webhook) && healthy
		name, rest, found := strings.Cut(webhook.Host, ".")
		namespace, isService := strings.CutSuffix(rest, ".svc")
		if s := (service{namespace, name}); found && isService && !slices.Contains(services, s) {
			services = append(services, s)
		}
	}
	if healthy {
		e.ok("webhooks", "%d webhooks, all with match conditions and a CA bundle", len(e.webhooks))
	}
	for _, s := range services {
		e.service(ctx, s)
	}
}

// bundle looks at the authorities that the API server trusts for a webhook.
func (e *examination) bundle(webhook webhookconfig.Webhook) bool {
	authorities := certificates(webhook.CABundle)
	if len(authorities) == 0 {
		e.add("webhooks", Failed, "look at the certificate: cert-manager's CA injector or the operator itself (--self-managed-certificates) writes the bundle",
			"%s has no CA bundle: the API server trusts no certificate that the operator could serve", webhook)
		return false
	}
	for _, authority := range authorities {
		if left := authority.NotAfter.Sub(e.Now()); left > soon {
			return true
		}
	}
	e.add("webhooks", Failed, "renew the authority: delete the certificate's Secret, and have it made again",
		"%s trusts only authorities that end by %s", webhook, authorities[0].NotAfter.UTC().Format(time.DateOnly))
	return false
}

// certificates reads PEM, and leaves out what is no certificate.
func certificates(text []byte) []*x509.Certificate {
	var found []*x509.Certificate
	for block, rest := pem.Decode(text); block != nil; block, rest = pem.Decode(rest) {
		if certificate, err := x509.ParseCertificate(block.Bytes); err == nil {
			found = append(found, certificate)
		}
	}
	return found
}

// service looks for replicas behind a Service that the API server calls.
func (e *examination) service(ctx context.Context, s service) {
	var found corev1.Service
	err := e.Cluster.Get(ctx, client.ObjectKey{Namespace: s.namespace, Name: s.name}, &found)
	if apierrors.IsNotFound(err) {
		e.add("service", Failed, "apply the installation's manifests again, or delete the webhook configurations of an operator that is gone",
			"the Service %s/%s that the API server calls is not there", s.namespace, s.name)
		return
	}
	if err != nil {
		e.skip("service", "the Service "+s.namespace+"/"+s.name, err)
		return
	}
	e.find(ctx, &found)
	var endpoints discoveryv1.EndpointSliceList
	err = e.Cluster.List(ctx, &endpoints, client.InNamespace(s.namespace), client.MatchingLabels{discoveryv1.LabelServiceName: s.name})
	if err != nil {
		e.skip("service", "the endpoints of "+s.namespace+"/"+s.name, err)
		return
	}
	ready := 0
	for _, slice := range endpoints.Items {
		for _, endpoint := range slice.Endpoints {
			if endpoint.Conditions.Ready == nil || *endpoint.Conditions.Ready {
				ready++
			}
		}
	}
	if ready == 0 {
		e.add("service", Failed, "look at the operator's pods: kubectl -n "+s.namespace+" get pods, and their logs",
			"no replica is ready behind the Service %s/%s: new objects are refused until one is", s.namespace, s.name)
		return
	}
	e.ok("service", "%d ready behind the Service %s/%s", ready, s.namespace, s.name)
}
