package kestra

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"
)

const (
	// DefaultTimeout bounds one call when Config does not say.
	DefaultTimeout = 15 * time.Second
	// schemaTimeout bounds the flow schema: a server with many plugins takes seconds for its first answer.
	schemaTimeout = 2 * time.Minute
	// maxResponseHeader bounds the headers of an answer, in bytes.
	maxResponseHeader = 64 << 10
)

// Config says where a Kestra server is and who is calling it.
type Config struct {
	// URL of the server's API port, without "/api/v1", such as http://kestra:8080 or
	// https://example.com/kestra. Credentials in it are used for HTTP Basic when Username and Token are empty.
	URL string
	// Username and Password are sent by HTTP Basic when Token is empty.
	Username, Password string
	// Token is sent as a bearer token; it wins over Username.
	Token string
	// CAData is a PEM bundle of authorities to trust beside the system's.
	CAData []byte
	// Certificate returns what is presented to a server that asks for a certificate. It is called for each new
	// connection, so that a certificate that was renewed is presented from then on. Nil presents none.
	Certificate func() (*tls.Certificate, error)
	// InsecureSkipVerify accepts any certificate of the server.
	InsecureSkipVerify bool
	// Timeout of one call, its retries excluded; DefaultTimeout when 0.
	Timeout time.Duration
	// Transport wraps what sends the requests, to observe them; nothing does when nil. It must pass on what it is told to
	// send, but for headers that it adds to a clone.
	Transport func(*http.Transport) http.RoundTripper
	// MayChange is asked right before a call is sent that changes something; an error is returned instead. Nil: always.
	MayChange func() error
	// UserAgent names the caller; "kestra-operator" when empty.
	UserAgent string
}

// Client calls one Kestra server. It is safe for concurrent use.
type Client struct {
	base      *url.URL
	http      *http.Client
	authorize func(*http.Request)
	userAgent string
	timeout   time.Duration
	mayChange func() error
	pace      pace
}

// New returns a client of the server that the config describes. It makes no call.
func New(config Config) (*Client, error) {
	base, err := parseBase(config.URL)
	if err != nil {
		return nil, err
	}
	tlsConfig, err := config.tls()
	if err != nil {
		return nil, err
	}
	client := &Client{
		authorize: config.authorizer(base.User),
		userAgent: config.UserAgent,
		timeout:   config.Timeout,
		mayChange: config.MayChange,
	}
	if client.userAgent == "" {
		client.userAgent = "kestra-operator"
	}
	if client.timeout <= 0 {
		client.timeout = DefaultTimeout
	}
	base.User = nil // from here on, no error can quote it
	client.base = base
	client.http = newHTTPClient(tlsConfig, config.Transport)
	return client, nil
}

// Close drops the client's idle connections.
func (c *Client) Close() { c.http.CloseIdleConnections() }

func newHTTPClient(tlsConfig *tls.Config, wrap func(*http.Transport) http.RoundTripper) *http.Client {
	transport := http.DefaultTransport.(*http.Transport).Clone()
	transport.TLSClientConfig = tlsConfig
	transport.MaxResponseHeaderBytes = maxResponseHeader
	transport.MaxIdleConnsPerHost = 32
	var sender http.RoundTripper = transport
	if wrap != nil {
		sender = wrap(transport)
	}
	return &http.Client{
		Transport: sender,
		// A redirect is answered as an error: following one could carry credentials to another host, and
		// turns a write into a read.
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}

// parseBase never wraps the parser's error, which quotes the URL with its credentials.
func parseBase(raw string) (*url.URL, error) {
	base, err := url.Parse(strings.TrimSpace(raw))
	switch {
	case err != nil:
		return nil, errors.New("kestra URL: not a URL; expected something like http://kestra:8080")
	case base.Scheme != "http" && base.Scheme != "https":
		return nil, errors.New("kestra URL: must start with http:// or https://")
	case base.Host == "":
		return nil, errors.New("kestra URL: has no host")
	case base.RawQuery != "" || base.Fragment != "":
		return nil, errors.New("kestra URL: must not have a query or a fragment")
	}
	base.Path = strings.TrimSuffix(strings.TrimRight(base.Path, "/"), "/api/v1")
	base.RawPath = ""
	return base, nil
}

func (config Config) tls() (*tls.Config, error) {
	result := &tls.Config{
		MinVersion: tls.VersionTLS12,
		//nolint:gosec // An explicit choice of the administrator, off by default.
		InsecureSkipVerify: config.InsecureSkipVerify,
	}
	if config.Certificate != nil {
		result.GetClientCertificate = func(*tls.CertificateRequestInfo) (*tls.Certificate, error) { return config.Certificate() }
	}
	if len(config.CAData) == 0 {
		return result, nil
	}
	pool, err := x509.SystemCertPool()
	if err != nil {
		return nil, fmt.Errorf("load the system's certificate authorities: %w", err)
	}
	if !pool.AppendCertsFromPEM(config.CAData) {
		return nil, errors.New("kestra CA: no certificate in PEM form found")
	}
	result.RootCAs = pool
	return result, nil
}

func (config Config) authorizer(user *url.Userinfo) func(*http.Request) {
	username, password := config.Username, config.Password
	if username == "" && user != nil {
		username = user.Username()
		password, _ = user.Password()
	}
	switch {
	case config.Token != "":
		return func(r *http.Request) { r.Header.Set("Authorization", "Bearer "+config.Token) }
	case username != "":
		return func(r *http.Request) { r.SetBasicAuth(username, password) }
	default:
		return func(*http.Request) {}
	}
}
