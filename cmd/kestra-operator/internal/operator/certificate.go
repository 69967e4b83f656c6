package operator

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net/http"
	"path/filepath"
	"sync/atomic"
	"time"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/util/wait"
	"sigs.k8s.io/controller-runtime/pkg/certwatcher"
	"sigs.k8s.io/controller-runtime/pkg/healthz"
)

const (
	certificatePoll     = 100 * time.Millisecond
	certificateInterval = 10 * time.Second // between looks at files whose change no event told of
)

var errNoCertificate = errors.New("the certificate of admission is not there yet")

// certificate is the one that admission is served with: the newest pair of files in a folder, which may
// come into being after the server has started.
type certificate struct {
	folder  string
	watcher atomic.Pointer[certwatcher.CertWatcher]
}

// Start waits for the files and then follows their changes.
func (c *certificate) Start(ctx context.Context) error {
	var watcher *certwatcher.CertWatcher
	err := wait.PollUntilContextCancel(ctx, certificatePoll, true, func(context.Context) (bool, error) {
		var err error
		watcher, err = certwatcher.New(filepath.Join(c.folder, corev1.TLSCertKey), filepath.Join(c.folder, corev1.TLSPrivateKeyKey))
		return err == nil, nil
	})
	if err != nil {
		return nil //nolint:nilerr // stopped before there was a certificate
	}
	c.watcher.Store(watcher.WithWatchInterval(certificateInterval))
	return watcher.Start(ctx)
}

// get answers a TLS handshake.
func (c *certificate) get(hello *tls.ClientHelloInfo) (*tls.Certificate, error) {
	watcher := c.watcher.Load()
	if watcher == nil {
		return nil, errNoCertificate
	}
	return watcher.GetCertificate(hello)
}

// chain is the certificate that is served now, with those that lead to its authority.
func (c *certificate) chain() ([]*x509.Certificate, error) {
	served, err := c.get(nil)
	if err != nil {
		return nil, err
	}
	var chain []*x509.Certificate
	for _, der := range served.Certificate {
		certificate, err := x509.ParseCertificate(der)
		if err != nil {
			return nil, fmt.Errorf("read the certificate of admission: %w", err)
		}
		chain = append(chain, certificate)
	}
	return chain, nil
}

// check is a readiness check.
func (c *certificate) check(*http.Request) error {
	if c.watcher.Load() == nil {
		return errNoCertificate
	}
	return nil
}

// before returns a check that is made only once there is a certificate: every handshake without one is logged.
func (c *certificate) before(check healthz.Checker) healthz.Checker {
	return func(request *http.Request) error {
		if err := c.check(request); err != nil {
			return err
		}
		return check(request)
	}
}

// modernSuites are the suites of TLS 1.2 with forward secrecy and authenticated encryption; TLS 1.3 has no others.
var modernSuites = []uint16{
	tls.TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256,
	tls.TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256,
	tls.TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384,
	tls.TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384,
	tls.TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256,
	tls.TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256,
}

// configure makes a TLS server use the certificate, and refuse what is old.
func (c *certificate) configure(config *tls.Config) {
	config.MinVersion = tls.VersionTLS12
	config.CipherSuites = modernSuites
	config.GetCertificate = c.get
}
