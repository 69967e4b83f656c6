package config

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"encoding/pem"
	"math/big"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"
)

// keyPair returns a certificate and its key as PEM texts.
func keyPair(t *testing.T) (certificate, key string) {
	t.Helper()
	private, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(1), NotAfter: time.Now().Add(time.Hour)}
	signed, err := x509.CreateCertificate(rand.Reader, template, template, &private.PublicKey, private)
	if err != nil {
		t.Fatal(err)
	}
	encoded, err := x509.MarshalECPrivateKey(private)
	if err != nil {
		t.Fatal(err)
	}
	block := func(kind string, der []byte) string {
		return string(pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der}))
	}
	return block("CERTIFICATE", signed), block("EC PRIVATE KEY", encoded)
}

func TestTheConnectionToKestraIsMadeAsConfigured(t *testing.T) {
	server := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = w.Write([]byte(`{"version":"` + strings.Repeat("x", len(r.TLS.PeerCertificates)) + `"}`))
	}))
	t.Cleanup(server.Close)
	server.TLS.ClientAuth = 1 // asked for, not verified
	certificate, key := keyPair(t)
	files := map[string]string{
		"/ca":   string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: server.Certificate().Raw})),
		"/cert": certificate, "/key": key,
	}
	cases := map[string]struct {
		arguments   []string
		environment map[string]string
		wantOK      bool
		presented   string // an x for each certificate
	}{
		"verified by default":            {},
		"an authority by a flag":         {arguments: []string{"--kestra-ca-file=/ca"}, wantOK: true},
		"an authority by environment":    {environment: map[string]string{"KESTRA_API_CA_FILE": "/ca"}, wantOK: true},
		"not verified when asked to":     {arguments: []string{"--kestra-insecure-skip-verify"}, wantOK: true},
		"not verified by environment":    {environment: map[string]string{"KESTRA_API_INSECURE_SKIP_VERIFY": "true"}, wantOK: true},
		"a certificate is presented":     {arguments: []string{"--kestra-ca-file=/ca", "--kestra-client-certificate=/cert", "--kestra-client-key=/key"}, wantOK: true, presented: "x"},
		"a certificate by environment":   {environment: map[string]string{"KESTRA_API_CA_FILE": "/ca", "KESTRA_API_CLIENT_CERTIFICATE_FILE": "/cert", "KESTRA_API_CLIENT_KEY_FILE": "/key"}, wantOK: true, presented: "x"},
		"a time that is over, by a flag": {arguments: []string{"--kestra-ca-file=/ca", "--kestra-timeout=1ns"}},
		"a time that is over":            {arguments: []string{"--kestra-ca-file=/ca"}, environment: map[string]string{"KESTRA_API_TIMEOUT": "1ns"}},
	}
	for name, test := range cases {
		t.Run(name, func(t *testing.T) {
			config, err := parse(t, append(test.arguments, "--namespace=x", "--kestra-url="+server.URL), test.environment, files)
			if err != nil {
				t.Fatal(err)
			}
			client, err := config.Kestra.Client()
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(client.Close)
			told, err := client.Server(t.Context())
			if (err == nil) != test.wantOK || told.Version != test.presented {
				t.Errorf("error = %v, certificates presented %q; want success: %v, %q", err, told.Version, test.wantOK, test.presented)
			}
		})
	}
}

func TestTheConnectionToKestraIsRefused(t *testing.T) {
	certificate, key := keyPair(t)
	_, other := keyPair(t)
	files := map[string]string{"/cert": certificate, "/key": key, "/other": other, "/bad": "canary"}
	cases := map[string]struct {
		arguments   []string
		environment map[string]string
		want        string
	}{
		"an authority that is not there":  {arguments: []string{"--kestra-ca-file=/none"}, want: "--kestra-ca-file: file does not exist"},
		"an authority that is none":       {arguments: []string{"--kestra-ca-file=/bad"}, want: "no certificate in PEM form"},
		"a certificate without a key":     {arguments: []string{"--kestra-client-certificate=/cert"}, want: "needs its key"},
		"a key without a certificate":     {environment: map[string]string{"KESTRA_API_CLIENT_KEY_FILE": "/key"}, want: "needs its key"},
		"a key that is not there":         {arguments: []string{"--kestra-client-certificate=/cert", "--kestra-client-key=/none"}, want: "--kestra-client-key: file does not exist"},
		"a certificate that is not there": {arguments: []string{"--kestra-client-certificate=/none", "--kestra-client-key=/key"}, want: "--kestra-client-certificate: file does not exist"},
		"a key of another certificate":    {arguments: []string{"--kestra-client-certificate=/cert", "--kestra-client-key=/other"}, want: "private key does not match"},
		"a key that is none":              {arguments: []string{"--kestra-client-certificate=/cert", "--kestra-client-key=/bad"}, want: "--kestra-client-key"},
		"neither true nor false":          {environment: map[string]string{"KESTRA_API_INSECURE_SKIP_VERIFY": "canary"}, want: "want true or false"},
		"a time that is none":             {environment: map[string]string{"KESTRA_API_TIMEOUT": "canary"}, want: "want a duration such as 15s"},
		"a time before now":               {arguments: []string{"--kestra-timeout=-1s"}, want: "want 0 or more"},
	}
	for name, test := range cases {
		t.Run(name, func(t *testing.T) {
			config, err := parse(t, append(test.arguments, "--namespace=x", "--kestra-url=https://kestra"), test.environment, files)
			if err == nil {
				_, err = config.Kestra.Client()
			}
			if err == nil || !strings.Contains(err.Error(), test.want) {
				t.Fatalf("error %v, want it to contain %q", err, test.want)
			}
			if strings.Contains(err.Error(), "canary") {
				t.Errorf("the error quotes what it read: %v", err)
			}
		})
	}
}
