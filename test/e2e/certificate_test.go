package e2e

import (
	"context"
	"crypto/tls"
	"fmt"
	"net"
	"testing"
	"time"
)

// served are the serial numbers of the certificates that the replicas serve, by pod.
func (r release) served(t testing.TB) map[string]string {
	t.Helper()
	var serials map[string]string
	eventually(t, "every replica serves a certificate", func(ctx context.Context) (err error) {
		serials, err = r.serials(ctx)
		return err
	})
	return serials
}

func (r release) serials(ctx context.Context) (map[string]string, error) {
	pods, err := r.pods(ctx)
	if err != nil {
		return nil, err
	}
	serials := map[string]string{}
	for _, pod := range pods {
		serial, err := serialAt(ctx, net.JoinHostPort(pod.Status.PodIP, "9443"))
		if err != nil {
			return nil, fmt.Errorf("%s: %w", pod.Name, err)
		}
		serials[pod.Name] = serial
	}
	return serials, nil
}

// serialAt shakes hands and returns the serial number of the certificate that it is shown.
func serialAt(ctx context.Context, address string) (string, error) {
	dialer := tls.Dialer{NetDialer: &net.Dialer{Timeout: 5 * time.Second}, Config: &tls.Config{InsecureSkipVerify: true}}
	connection, err := dialer.DialContext(ctx, "tcp", address)
	if err != nil {
		return "", err
	}
	defer func() { _ = connection.Close() }()
	return connection.(*tls.Conn).ConnectionState().PeerCertificates[0].SerialNumber.String(), nil
}

// awaitRenewed waits until every replica serves another certificate than before.
func (r release) awaitRenewed(t testing.TB, before map[string]string) {
	t.Helper()
	eventually(t, "every replica serves a new certificate", func(ctx context.Context) error {
		serials, err := r.serials(ctx)
		if err != nil {
			return err
		}
		for pod, serial := range serials {
			if serial == before[pod] {
				return fmt.Errorf("%s still serves certificate %s", pod, serial)
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
