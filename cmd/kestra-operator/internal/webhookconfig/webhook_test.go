package webhookconfig_test

import (
	"crypto/x509"
	"strings"
	"testing"
	"time"

	"github.com/open-policy-agent/cert-controller/pkg/rotator"
	admissionregistrationv1 "k8s.io/api/admissionregistration/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/client-go/util/cert"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/kestra-operator/kestra-operator/cmd/kestra-operator/internal/webhookconfig"
	"github.com/kestra-operator/kestra-operator/test/cluster"
	"github.com/kestra-operator/kestra-operator/test/suite"
)

var plane *cluster.ControlPlane

func TestMain(m *testing.M) { suite.Suite{Plane: &plane}.Main(m) }

func TestWebhooksAsTheAPIServerKnowsThem(t *testing.T) {
	c, err := client.New(plane.Config(), client.Options{Scheme: suite.Scheme()})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := plane.Kubectl(t.Context(), "apply", "-f", "../../../../config/webhook/manifests.yaml"); err != nil {
		t.Fatal(err)
	}
	createForeign(t, c)
	t.Run("those of the project's manifests are all there, and have conditions", func(t *testing.T) {
		webhooks := all(t, c)
		if len(webhooks) != 4 {
			t.Errorf("%d webhooks, want one that mutates and three that validate: %v", len(webhooks), webhooks)
		}
		for _, webhook := range webhooks {
			if webhook.ConditionsProblem() != "" || webhook.Host != "kestra-operator-webhook.kestra-operator-system.svc" {
				t.Errorf("%+v", webhook)
			}
		}
	})
	t.Run("one whose conditions were dropped is named", func(t *testing.T) {
		var configuration admissionregistrationv1.ValidatingWebhookConfiguration
		if err := c.Get(t.Context(), client.ObjectKey{Name: "kestra-operator-validating"}, &configuration); err != nil {
			t.Fatal(err)
		}
		configuration.Webhooks[0].MatchConditions = nil
		if err := c.Update(t.Context(), &configuration); err != nil {
			t.Fatal(err)
		}
		var problems []string
		for _, webhook := range all(t, c) {
			if problem := webhook.ConditionsProblem(); problem != "" {
				problems = append(problems, problem)
			}
		}
		want := "webhook " + configuration.Webhooks[0].Name + " of ValidatingWebhookConfiguration kestra-operator-validating has no match conditions"
		if len(problems) != 1 || !strings.Contains(problems[0], want) || !strings.Contains(problems[0], "cert-manager before 1.12") {
			t.Errorf("problems %q, want one that says %q", problems, want)
		}
	})
	t.Run("who may list one name may ask for it, and for no other", func(t *testing.T) {
		access, err := plane.AddUser("one-name")
		if err != nil {
			t.Fatal(err)
		}
		for _, arguments := range [][]string{
			{"create", "clusterrole", "one-name", "--verb=list", "--resource=validatingwebhookconfigurations", "--resource-name=kestra-operator-validating"},
			{"create", "clusterrolebinding", "one-name", "--clusterrole=one-name", "--user=one-name"},
		} {
			if _, err := plane.Kubectl(t.Context(), arguments...); err != nil {
				t.Fatal(err)
			}
		}
		limited, err := client.New(access, client.Options{Scheme: suite.Scheme()})
		if err != nil {
			t.Fatal(err)
		}
		if webhooks, err := webhookconfig.Validating(t.Context(), limited, webhookconfig.Named("kestra-operator-validating")); err != nil || len(webhooks) != 3 {
			t.Errorf("%d webhooks, %v", len(webhooks), err)
		}
		if _, err := webhookconfig.Validating(t.Context(), limited); !apierrors.IsForbidden(err) {
			t.Errorf("listing all: got %v, want a refusal", err)
		}
	})
}

// createForeign makes a webhook of another program, which has no conditions.
func createForeign(t *testing.T, c client.Client) {
	t.Helper()
	none, url := admissionregistrationv1.SideEffectClassNone, "https://127.0.0.1:1"
	configuration := &admissionregistrationv1.ValidatingWebhookConfiguration{Webhooks: []admissionregistrationv1.ValidatingWebhook{{
		Name: "other.example.com", SideEffects: &none, AdmissionReviewVersions: []string{"v1"},
		ClientConfig: admissionregistrationv1.WebhookClientConfig{URL: &url},
	}}}
	configuration.Name = "other"
	if err := c.Create(t.Context(), configuration); err != nil {
		t.Fatal(err)
	}
}

func all(t *testing.T, c client.Client) []webhookconfig.Webhook {
	t.Helper()
	webhooks, err := webhookconfig.All(t.Context(), c)
	if err != nil {
		t.Fatal(err)
	}
	return webhooks
}

// issued is an authority's bundle and a certificate that it signed, made by a clock that is ahead.
func issued(t *testing.T, name string, ahead time.Duration) (bundle []byte, chain []*x509.Certificate) {
	t.Helper()
	r := &rotator.CertRotator{CAName: "ca", CAOrganization: "test", DNSName: name, ExtKeyUsages: &[]x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth}}
	now := time.Now().Add(ahead)
	authority, err := r.CreateCACert(now.Add(-time.Hour), now.Add(time.Hour))
	if err != nil {
		t.Fatal(err)
	}
	pem, _, err := r.CreateCertPEM(authority, now.Add(-time.Hour), now.Add(time.Hour))
	if err != nil {
		t.Fatal(err)
	}
	chain, err = cert.ParseCertsPEM(pem)
	if err != nil {
		t.Fatal(err)
	}
	return authority.CertPEM, chain
}

func TestWhetherAWebhookTrustsTheServedCertificate(t *testing.T) {
	const host = "webhook.operator.svc"
	bundle, chain := issued(t, host, 0)
	otherBundle, _ := issued(t, host, 0)
	misnamedBundle, misnamed := issued(t, "elsewhere.operator.svc", 0)
	aheadBundle, ahead := issued(t, host, 2*time.Hour)
	expiredBundle, expired := issued(t, host, -2*time.Hour)
	for name, test := range map[string]struct {
		bundle []byte
		chain  []*x509.Certificate
		want   string
	}{
		"one that its authority signed":            {bundle: bundle, chain: chain},
		"one that an old or a new one signed":      {bundle: append(append([]byte{}, otherBundle...), bundle...), chain: chain},
		"one that another authority signed":        {bundle: otherBundle, chain: chain, want: "does not trust the authority"},
		"one by a clock that is ahead":             {bundle: aheadBundle, chain: ahead},
		"one that has expired":                     {bundle: expiredBundle, chain: expired, want: "expired"},
		"one for another name":                     {bundle: misnamedBundle, chain: misnamed, want: "elsewhere.operator.svc"},
		"any, as far as is known without bundle":   {chain: chain},
		"none with a bundle that is no bundle":     {bundle: []byte("PEM"), chain: chain, want: "holds no certificate"},
		"none when there is no certificate at all": {bundle: bundle, want: "no certificate"},
	} {
		t.Run(name, func(t *testing.T) {
			err := webhookconfig.Webhook{Kind: "ValidatingWebhookConfiguration", Configuration: "c", Name: "w", Host: host, CABundle: test.bundle}.Trust(test.chain)
			switch {
			case test.want == "" && err != nil:
				t.Errorf("got %v", err)
			case test.want != "" && (err == nil || !strings.Contains(err.Error(), test.want) || !strings.Contains(err.Error(), "webhook w of ValidatingWebhookConfiguration c")):
				t.Errorf("got %v, want an error that says %q", err, test.want)
			}
		})
	}
}
