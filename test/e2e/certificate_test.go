package e2e

import (
	"context"
	"crypto/sha256"
	"crypto/tls"
	"encoding/json"
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

// replace has a release's certificate replaced under load, waits until every replica serves the new one and applies are
// taken, and returns those that were not.
func (r release) replace(t testing.TB, what string, replace func()) []failure {
	t.Helper()
	load := r.startLoad(t, "load")
	before := r.served(t)
	began := time.Now()
	replace()
	r.awaitRenewed(t, before)
	took := time.Since(began)
	load.awaitCalm(t)
	failures := load.finish(t, what)
	report(t, "%s: every replica served the new certificate after %.1f s", what, took.Seconds())
	if len(failures) > 0 {
		t.Logf("%d applies failed:\n%v", len(failures), sample(failures))
		first, last := failures[0].at.Sub(began), failures[len(failures)-1].at.Sub(began)
		report(t, "%s: applies failed from %.1f s to %.1f s", what, first.Seconds(), last.Seconds())
	}
	return failures
}

// replaceWithoutFailure is replace where nothing may fail.
func (r release) replaceWithoutFailure(t testing.TB, what string, replace func()) {
	t.Helper()
	if failures := r.replace(t, what, replace); len(failures) > 0 {
		t.Errorf("%s: %d applies failed", what, len(failures))
	}
}

// empty takes entries out of the release's Secret, for its authority to fill them in.
func (r release) empty(t testing.TB, entries ...string) {
	t.Helper()
	data := map[string]any{}
	for _, entry := range entries {
		data[entry] = nil
	}
	patch, err := json.Marshal(map[string]any{"data": data})
	if err != nil {
		t.Fatal(err)
	}
	r.kubectl(t, "patch", "secret", r.name+"-webhook-tls", "--namespace", r.namespace, "--type=merge", "--patch="+string(patch))
}

// A release that is its own authority renews its certificate too, and the authority itself.
func TestAReleaseThatIsItsOwnAuthority(t *testing.T) {
	c := onCluster(t)
	k := c.startKestra(t, "kestra")
	r := c.install(t, "my-kestra-operator", "kestra-operator", k, "certificates: {mode: self-managed}")
	t.Run("both webhook configurations trust its authority", func(t *testing.T) { trustsTheAuthority(t, r, k) })
	t.Run("a renewed certificate is served without a failure", func(t *testing.T) {
		r.replaceWithoutFailure(t, "renewal by the operator", func() { r.empty(t, "tls.crt", "tls.key") })
	})
	t.Run("a new authority is trusted after a moment", func(t *testing.T) {
		r.replace(t, "new authority by the operator", func() { r.empty(t, "ca.crt", "ca.key", "tls.crt", "tls.key") })
		trustsTheAuthority(t, r, k)
	})
}
