package e2e

import (
	"crypto/x509"
	"encoding/json"
	"testing"
	"time"

	"github.com/open-policy-agent/cert-controller/pkg/rotator"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/controller-runtime/pkg/client"
)

// lifetime of the test's own certificates, to either side of now.
const lifetime = 24 * time.Hour

// authority is one of the test's own.
type authority struct {
	rotator *rotator.CertRotator
	pair    *rotator.KeyPairArtifacts
}

func newAuthority(t testing.TB, dnsName string) authority {
	t.Helper()
	r := &rotator.CertRotator{CAName: "own", CAOrganization: "test", DNSName: dnsName, ExtKeyUsages: &[]x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth}}
	pair, err := r.CreateCACert(time.Now().Add(-lifetime), time.Now().Add(lifetime))
	if err != nil {
		t.Fatal(err)
	}
	return authority{r, pair}
}

// issue is the data of a Secret with a new certificate.
func (a authority) issue(t testing.TB) map[string][]byte {
	t.Helper()
	certificate, key, err := a.rotator.CreateCertPEM(a.pair, time.Now().Add(-lifetime), time.Now().Add(lifetime))
	if err != nil {
		t.Fatal(err)
	}
	return map[string][]byte{corev1.TLSCertKey: certificate, corev1.TLSPrivateKeyKey: key}
}

// A certificate of one's own can be replaced, and its authority too as long as both are trusted meanwhile.
func TestAReleaseWithACertificateOfOnesOwn(t *testing.T) {
	c := onCluster(t)
	k := c.startKestra(t, "kestra")
	const host = "my-kestra-operator-webhook.kestra-operator.svc"
	old, next := newAuthority(t, host), newAuthority(t, host)
	bundle, err := json.Marshal(string(old.pair.CertPEM) + string(next.pair.CertPEM)) // JSON is YAML
	if err != nil {
		t.Fatal(err)
	}
	r := c.release(t, "my-kestra-operator", "kestra-operator", k, "certificates: {mode: secret, secret: {name: own, caBundle: "+string(bundle)+"}}")
	secret := &corev1.Secret{ObjectMeta: metav1.ObjectMeta{Namespace: r.namespace, Name: "own"}, Type: corev1.SecretTypeTLS, Data: old.issue(t)}
	if err := c.admin.Create(t.Context(), secret); err != nil {
		t.Fatal(err)
	}
	r.helm(t, "install", r.name, chart, "--namespace", r.namespace, "--values", r.values, "--wait", "--timeout", "3m")
	put := func(data map[string][]byte) func() {
		return func() {
			patch, err := json.Marshal(map[string]any{"data": data})
			if err != nil {
				t.Fatal(err)
			}
			if err := c.admin.Patch(t.Context(), secret, client.RawPatch(types.MergePatchType, patch)); err != nil {
				t.Fatal(err)
			}
		}
	}
	t.Run("a renewed certificate is served without a failure", func(t *testing.T) {
		r.replaceWithoutFailure(t, "a renewed certificate of one's own", put(old.issue(t)))
	})
	t.Run("one of another authority that is trusted too is served without a failure", func(t *testing.T) {
		r.replaceWithoutFailure(t, "a new authority beside the old one", put(next.issue(t)))
	})
}
