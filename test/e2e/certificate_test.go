package e2e

import (
	"context"
	"crypto/sha256"
	"crypto/tls"
	"fmt"
	"net"
	"testing"
	"time"
)

// served are the fingerprints of the certificates that the replicas serve, by pod. Serial numbers would not do: an
// authority may count all of its certificates as the first.
func (r release) served(t testing.TB) map[string]string {
	t.Helper()
	var fingerprints map[string]string
	eventually(t, "every replica serves a certificate", func(ctx context.Context) (err error) {
		fingerprints, err = r.fingerprints(ctx)
		return err
	})
	return fingerprints
}

func (r release) fingerprints(ctx context.Context) (map[string]string, error) {
	pods, err := r.pods(ctx)
	if err != nil {
		return nil, err
	}
	fingerprints := map[string]string{}
	for _, pod := range pods {
		fingerprint, err := fingerprintAt(ctx, net.JoinHostPort(pod.Status.PodIP, "9443"))
		if err != nil {
			return nil, fmt.Errorf("%s: %w", pod.Name, err)
		}
		fingerprints[pod.Name] = fingerprint
	}
	return fingerprints, nil
}

// fingerprintAt shakes hands and returns the fingerprint of the certificate that it is shown.
func fingerprintAt(ctx context.Context, address string) (string, error) {
	dialer := tls.Dialer{NetDialer: &net.Dialer{Timeout: 5 * time.Second}, Config: &tls.Config{InsecureSkipVerify: true}}
	connection, err := dialer.DialContext(ctx, "tcp", address)
	if err != nil {
		return "", err
	}
	defer func() { _ = connection.Close() }()
	shown := connection.(*tls.Conn).ConnectionState().PeerCertificates[0]
	return fmt.Sprintf("%x", sha256.Sum256(shown.Raw)), nil
}

// awaitRenewed waits until every replica serves another certificate than before.
func (r release) awaitRenewed(t testing.TB, before map[string]string) {
	t.Helper()
	eventually(t, "every replica serves a new certificate", func(ctx context.Context) error {
		fingerprints, err := r.fingerprints(ctx)
		if err != nil {
			return err
		}
		for pod, fingerprint := range fingerprints {
			if fingerprint == before[pod] {
				return fmt.Errorf("%s still serves certificate %s", pod, fingerprint)
			}
		}
		return nil
	})
}

// A release that is its own authority renews its certificate too.
func TestAReleaseThatIsItsOwnAuthority(t *testing.T) {
	c := onCluster(t)
	k := c.startKestra(t, "kestra")
	r := c.install(t, "my-kestra-operator", "kestra-operator", k, "certificates: {mode: self-managed}")
	t.Run("both webhook configurations trust its authority", func(t *testing.T) { trustsTheAuthority(t, r, k) })
	t.Run("a renewed certificate is served without a failure", func(t *testing.T) {
		load := r.startLoad(t, "load")
		before := r.served(t)
		began := time.Now()
		// The authority makes anew what is missing, signed by the same.
		r.kubectl(t, "patch", "secret", r.name+"-webhook-tls", "--namespace", r.namespace, "--type=merge", `--patch={"data":{"tls.crt":null,"tls.key":null}}`)
		r.awaitRenewed(t, before)
		took := time.Since(began)
		load.finishWithoutFailure(t, "renewal by the operator")
		report(t, "renewal by the operator, until every replica served the new certificate: %.1f s", took.Seconds())
	})
}
