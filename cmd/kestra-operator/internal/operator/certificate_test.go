package operator

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"path/filepath"
	"testing"
	"time"

	"github.com/open-policy-agent/cert-controller/pkg/rotator"
	corev1 "k8s.io/api/core/v1"
)

// issue writes a new certificate for a name into a folder.
func issue(t *testing.T, folder, name string) {
	t.Helper()
	_, certificate, key := issued(t, name)
	writeFile(t, filepath.Join(folder, corev1.TLSPrivateKeyKey), key)
	writeFile(t, filepath.Join(folder, corev1.TLSCertKey), certificate)
}

// issued is an authority's certificate, and one for a name that it signed, with its key.
func issued(t *testing.T, name string) (bundle, certificate, key []byte) {
	t.Helper()
	r := &rotator.CertRotator{CAName: "ca", CAOrganization: "test", DNSName: name}
	now := time.Now()
	authority, err := r.CreateCACert(now.Add(-time.Hour), now.Add(time.Hour))
	if err != nil {
		t.Fatal(err)
	}
	r.ExtKeyUsages = &[]x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth}
	certificate, key, err = r.CreateCertPEM(authority, now.Add(-time.Hour), now.Add(time.Hour))
	if err != nil {
		t.Fatal(err)
	}
	return authority.CertPEM, certificate, key
}

func TestCertificateIsLoadedWhenItComesAndWhenItChanges(t *testing.T) {
	folder := t.TempDir()
	served := &certificate{folder: folder}
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- served.Start(ctx) }()
	t.Cleanup(func() {
		cancel()
		if err := <-done; err != nil {
			t.Error(err)
		}
	})
	if err := served.check(nil); err == nil {
		t.Error("ready without a certificate")
	}
	if _, err := served.get(&tls.ClientHelloInfo{}); !errors.Is(err, errNoCertificate) {
		t.Errorf("handshake without a certificate: %v", err)
	}
	for _, name := range []string{"first.example", "second.example"} {
		issue(t, folder, name)
		eventually(t, "the certificate of "+name+" is served", func() error {
			certificate, err := served.get(&tls.ClientHelloInfo{})
			if err != nil {
				return err
			}
			return certificate.Leaf.VerifyHostname(name)
		})
	}
	if err := served.check(nil); err != nil {
		t.Error(err)
	}
}
