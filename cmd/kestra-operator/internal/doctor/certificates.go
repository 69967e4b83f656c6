package doctor

import (
	"context"
	"crypto/x509"
	"strings"
	"time"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/kestra-operator/kestra-operator/cmd/kestra-operator/internal/certificate"
)

// certificates looks at the certificates that the operators serve admission with.
func (e *examination) certificates(ctx context.Context) {
	for _, i := range e.installations {
		if i.config.Webhook.CertificateName != "" {
			e.issuance(ctx, types.NamespacedName{Namespace: i.config.Namespace, Name: i.config.Webhook.CertificateName})
		}
		name := i.certificateSecret()
		if name == "" {
			continue
		}
		key := client.ObjectKey{Namespace: i.deployment.Namespace, Name: name}
		var secret corev1.Secret
		err := e.Cluster.Get(ctx, key, &secret)
		if apierrors.IsNotFound(err) {
			e.add("certificate", Failed, "let cert-manager make it (its Certificate is part of the installation), or set certificates.mode",
				"the Secret %s of the certificate that %s serves is not there", key, i)
			continue
		}
		if err != nil {
			e.skip("certificate", "the Secret "+key.String(), err)
			continue
		}
		e.served(i, key, certificates(secret.Data[corev1.TLSCertKey]))
	}
}

// certificateSecret names the Secret of the serving certificate; empty when it comes from elsewhere.
func (i installation) certificateSecret() string {
	container := operatorContainer(i.deployment.Spec.Template.Spec.Containers)
	if i.config.Webhook.SecretName != "" || container == nil {
		return i.config.Webhook.SecretName
	}
	for _, mount := range container.VolumeMounts {
		for _, volume := range i.deployment.Spec.Template.Spec.Volumes {
			if mount.MountPath == i.config.Webhook.CertDir && volume.Name == mount.Name && volume.Secret != nil {
				return volume.Secret.SecretName
			}
		}
	}
	return ""
}

// issuance tells what cert-manager says of a Certificate.
func (e *examination) issuance(ctx context.Context, name types.NamespacedName) {
	report, err := certificate.Look(ctx, e.Cluster, name)
	if err != nil {
		e.skip("certificate", "cert-manager's Certificate "+name.String(), err)
		return
	}
	next := "kubectl -n " + name.Namespace + " describe certificate " + name.Name + ", and look at cert-manager's own pods"
	if report.State == certificate.Missing {
		next = "upgrade the release with the values it has, or apply the manifests again: the Certificate is part of them"
	}
	if problem := report.Problem(); problem != "" {
		e.add("certificate", Failed, next, "%s", problem)
	}
	if warning := report.Warning(); warning != "" {
		e.add("certificate", Warning, next, "%s", warning)
	}
}

// served compares a serving certificate with the clock, and with what the API server trusts.
func (e *examination) served(i installation, key client.ObjectKey, chain []*x509.Certificate) {
	if len(chain) == 0 {
		e.add("certificate", Failed, "look at whoever makes it: cert-manager, or the operator with --self-managed-certificates", "the Secret %s holds no certificate yet", key)
		return
	}
	left := chain[0].NotAfter.Sub(e.Now())
	until := chain[0].NotAfter.UTC().Format(time.DateOnly)
	switch {
	case left <= 0:
		e.add("certificate", Failed, "look at whoever renews it; once that works, deleting the Secret "+key.String()+" has it made again", "the certificate in %s ended on %s", key, until)
		return
	case left < soon:
		e.add("certificate", Warning, "look at whoever renews it: it should have been renewed by now", "the certificate in %s ends on %s", key, until)
	default:
		e.ok("certificate", "the certificate in %s is good until %s", key, until)
	}
	for _, webhook := range e.webhooks {
		if !strings.HasSuffix(webhook.Host, "."+i.deployment.Namespace+".svc") {
			continue
		}
		if err := webhook.Trust(chain); err != nil {
			e.add("certificate", Failed, "have the bundle injected again: look at cert-manager's cainjector, or restart the operator when it is its own authority", "%v", err)
			return
		}
	}
}
