package kestra

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"io"
	"log"
	"math/big"
	"net"
	"net/http"
	"net/http/httptest"
	"sync/atomic"
	"testing"
	"time"
)

// authority signs certificates.
type authority struct {
	certificate *x509.Certificate
	key         *ecdsa.PrivateKey
}

// newAuthority makes an authority that signs itself.
func newAuthority(t *testing.T) authority {
	t.Helper()
	a := authority{certificate: &x509.Certificate{
		Subject: pkix.Name{CommonName: "authority"}, IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign,
	}}
	signed := a.sign(t, a.certificate)
	a.certificate, a.key = signed.Leaf, signed.PrivateKey.(*ecdsa.PrivateKey)
	return a
}

// sign completes a certificate, for an hour, and signs it; an authority without a key signs with the new one.
func (a authority) sign(t *testing.T, template *x509.Certificate) *tls.Certificate {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template.SerialNumber = big.NewInt(time.Now().UnixNano())
	if template.NotAfter.IsZero() {
		template.NotBefore, template.NotAfter = time.Now().Add(-time.Hour), time.Now().Add(time.Hour)
	}
	signer := a.key
	if signer == nil {
		signer = key
	}
	der, err := x509.CreateCertificate(rand.Reader, template, a.certificate, &key.PublicKey, signer)
	if err != nil {
		t.Fatal(err)
	}
	leaf, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	return &tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key, Leaf: leaf}
}

// serverCertificate is for 127.0.0.1 unless the change says otherwise.
func (a authority) serverCertificate(t *testing.T, change func(*x509.Certificate)) *tls.Certificate {
	t.Helper()
	template := &x509.Certificate{IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth}}
	if change != nil {
		change(template)
	}
	return a.sign(t, template)
}

func (a authority) pem() []byte {
	return pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: a.certificate.Raw})
}

// pool trusts the authority.
func (a authority) pool() *x509.CertPool {
	pool := x509.NewCertPool()
	pool.AddCert(a.certificate)
	return pool
}

// newTLSServer starts a server that tells its version, and counts whom it has told.
func newTLSServer(t *testing.T, config *tls.Config) (*httptest.Server, *atomic.Int32) {
	t.Helper()
	var told atomic.Int32
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		told.Add(1)
		answer(w, 200, `{"version":"1.3.25"}`)
	}))
	server.TLS = config
	server.Config.ErrorLog = log.New(io.Discard, "", 0) // of handshakes that fail, which are the purpose
	server.StartTLS()
	t.Cleanup(server.Close)
	return server, &told
}

func TestTLS(t *testing.T) {
	own := newAuthority(t)
	trust := Config{CAData: own.pem()}
	expired := func(c *x509.Certificate) {
		c.NotBefore, c.NotAfter = time.Now().Add(-2*time.Hour), time.Now().Add(-time.Hour)
	}
	cases := map[string]struct {
		config Config
		server func(*x509.Certificate)
		newest uint16 // version of TLS that the server speaks
		wantOK bool
	}{
		"an unknown authority is refused":  {},
		"an authority given is trusted":    {config: trust, wantOK: true},
		"another authority is refused":     {config: Config{CAData: newAuthority(t).pem()}},
		"a certificate of another host":    {config: trust, server: func(c *x509.Certificate) { c.IPAddresses = []net.IP{net.IPv4(127, 0, 0, 2)} }},
		"an expired certificate":           {config: trust, server: expired},
		"a version of TLS that is too old": {config: trust, newest: tls.VersionTLS11},
		"verification can be switched off": {config: Config{InsecureSkipVerify: true}, server: expired, wantOK: true},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			server, told := newTLSServer(t, &tls.Config{
				Certificates: []tls.Certificate{*own.serverCertificate(t, tc.server)},
				MinVersion:   tls.VersionTLS10, MaxVersion: tc.newest,
			})
			tc.config.URL = server.URL
			tc.config.Token = "S3cret"
			client, err := New(tc.config)
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(client.Close)
			err = client.once(t.Context(), call{method: "GET", path: []string{"configs"}, what: "x"})
			if (err == nil) != tc.wantOK || (told.Load() == 1) != tc.wantOK {
				t.Errorf("error = %v, requests that arrived = %d, want success: %v", err, told.Load(), tc.wantOK)
			}
		})
	}
	t.Run("a bundle without a certificate is an error", func(t *testing.T) {
		if _, err := New(Config{URL: "https://kestra", CAData: []byte("nonsense")}); err == nil {
			t.Error("no error")
		}
	})
}

func TestAClientCertificateIsPresentedAndTheRenewedOneFromThenOn(t *testing.T) {
	own := newAuthority(t)
	var presented atomic.Value
	server, _ := newTLSServer(t, &tls.Config{
		MinVersion:   tls.VersionTLS12,
		Certificates: []tls.Certificate{*own.serverCertificate(t, nil)},
		ClientAuth:   tls.RequireAndVerifyClientCert,
		ClientCAs:    own.pool(),
		VerifyConnection: func(state tls.ConnectionState) error {
			presented.Store(state.PeerCertificates[0].Subject.CommonName)
			return nil
		},
	})
	named := func(name string) *tls.Certificate {
		return own.sign(t, &x509.Certificate{Subject: pkix.Name{CommonName: name}, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth}})
	}
	now := named("first")
	client, err := New(Config{URL: server.URL, CAData: own.pem(), Certificate: func() (*tls.Certificate, error) { return now, nil }})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(client.Close)
	for _, name := range []string{"first", "renewed"} {
		now = named(name)
		if _, err := client.Server(t.Context()); err != nil {
			t.Fatal(err)
		}
		if got := presented.Load(); got != name {
			t.Errorf("presented the certificate %q, want %q", got, name)
		}
		client.Close() // its connections
	}
	t.Run("without one the server does not answer", func(t *testing.T) {
		stranger, err := New(Config{URL: server.URL, CAData: own.pem()})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(stranger.Close)
		if err := stranger.once(t.Context(), call{method: "GET", path: []string{"configs"}, what: "x"}); err == nil {
			t.Error("it answered")
		}
	})
}
