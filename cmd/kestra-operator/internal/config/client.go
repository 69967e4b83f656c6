package config

import "github.com/kestra-operator/kestra-operator/controllers/kestra"

// Client returns a client of the server, with its credentials.
func (k Kestra) Client() (*kestra.Client, error) {
	config := kestra.Config{
		URL:                k.URL,
		Username:           k.Username,
		Password:           k.Password.Reveal(),
		Token:              k.APIKey.Reveal(),
		CAData:             k.TLS.ca,
		InsecureSkipVerify: k.TLS.InsecureSkipVerify,
		Timeout:            k.Timeout,
	}
	if k.TLS.CertificateFile != "" {
		config.Certificate = k.TLS.certificate
	}
	return kestra.New(config)
}
