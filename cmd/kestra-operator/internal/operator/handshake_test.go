package operator

import (
	"context"
	"crypto/tls"
	"errors"
	"net"
	"testing"
)

func TestOnlyModernHandshakesSucceed(t *testing.T) {
	folder := t.TempDir()
	issue(t, folder, "webhooks.example")
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
	eventually(t, "there is a certificate", func() error { return served.check(nil) })
	cases := map[string]struct {
		caller *tls.Config
		want   bool
	}{
		"TLS 1.3":                         {&tls.Config{MinVersion: tls.VersionTLS13}, true},
		"TLS 1.2, as Go offers it":        {&tls.Config{MaxVersion: tls.VersionTLS12}, true},
		"TLS 1.2 with AES in GCM":         {suites(tls.TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256), true},
		"TLS 1.2 with AES in CBC":         {suites(tls.TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA), false},
		"TLS 1.2 without forward secrecy": {suites(tls.TLS_RSA_WITH_AES_128_GCM_SHA256), false},
		"TLS 1.1":                         {&tls.Config{MinVersion: tls.VersionTLS10, MaxVersion: tls.VersionTLS11}, false},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			config := &tls.Config{}
			served.configure(config)
			tc.caller.InsecureSkipVerify = true // who serves is not the subject
			if err := handshake(config, tc.caller); (err == nil) != tc.want {
				t.Errorf("the handshake: %v, want success: %v", err, tc.want)
			}
		})
	}
}

func suites(suites ...uint16) *tls.Config {
	return &tls.Config{MaxVersion: tls.VersionTLS12, CipherSuites: suites}
}

// handshake returns what one side or the other says against a handshake between the two.
func handshake(server, caller *tls.Config) error {
	near, far := net.Pipe()
	answered := make(chan error, 1)
	go func() {
		answered <- tls.Server(far, server).Handshake()
		_ = far.Close() // a pipe
	}()
	err := tls.Client(near, caller).Handshake()
	_ = near.Close() // a pipe
	return errors.Join(err, <-answered)
}
