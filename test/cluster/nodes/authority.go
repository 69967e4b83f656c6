package nodes

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"fmt"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"time"

	"k8s.io/client-go/util/cert"
	"k8s.io/client-go/util/keyutil"
)

// certificateLifetime exceeds that of any test cluster.
const certificateLifetime = 30 * 24 * time.Hour

// authority signs the two certificates that envtest does not make: the one that
// the API server shows to pods, who call it by its Service's name and address, and
// the one that it shows to the kubelet.
type authority struct {
	certificate *x509.Certificate
	key         *ecdsa.PrivateKey
}

func newAuthority() (*authority, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, fmt.Errorf("make the cluster's certificate authority: %w", err)
	}
	certificate, err := cert.NewSelfSignedCACert(cert.Config{CommonName: "test-cluster"}, key)
	if err != nil {
		return nil, fmt.Errorf("make the cluster's certificate authority: %w", err)
	}
	return &authority{certificate: certificate, key: key}, nil
}

// pem is the authority's certificate.
func (a *authority) pem() ([]byte, error) { return cert.EncodeCertificates(a.certificate) }

// issue writes name.crt and name.key into dir.
func (a *authority) issue(dir, name string, template x509.Certificate) error {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return fmt.Errorf("issue certificate %s: %w", name, err)
	}
	template.SerialNumber = big.NewInt(time.Now().UnixNano())
	template.NotBefore = a.certificate.NotBefore
	template.NotAfter = time.Now().Add(certificateLifetime)
	template.KeyUsage = x509.KeyUsageDigitalSignature
	der, err := x509.CreateCertificate(rand.Reader, &template, a.certificate, key.Public(), a.key)
	if err != nil {
		return fmt.Errorf("issue certificate %s: %w", name, err)
	}
	parsed, err := x509.ParseCertificate(der)
	if err != nil {
		return fmt.Errorf("issue certificate %s: %w", name, err)
	}
	text, err := cert.EncodeCertificates(parsed)
	if err != nil {
		return fmt.Errorf("issue certificate %s: %w", name, err)
	}
	if err := os.WriteFile(filepath.Join(dir, name+".crt"), text, 0o600); err != nil {
		return err
	}
	text, err = keyutil.MarshalPrivateKeyToPEM(key)
	if err != nil {
		return fmt.Errorf("issue certificate %s: %w", name, err)
	}
	return os.WriteFile(filepath.Join(dir, name+".key"), text, 0o600)
}

// apiServerIdentity is the API server towards its clients.
func apiServerIdentity(n network) x509.Certificate {
	return x509.Certificate{
		Subject:     pkix.Name{CommonName: "kube-apiserver"},
		ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
		DNSNames:    []string{"kubernetes", "kubernetes.default", "kubernetes.default.svc", "kubernetes.default.svc.cluster.local"},
		IPAddresses: []net.IP{net.ParseIP(n.machine()), net.ParseIP(n.kubernetesService())},
	}
}

// kubeletClientIdentity is the API server towards the kubelet, which asks the API
// server back what this user may do.
func kubeletClientIdentity() x509.Certificate {
	return x509.Certificate{
		Subject:     pkix.Name{CommonName: "kube-apiserver-kubelet-client", Organization: []string{"system:masters"}},
		ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth},
	}
}
