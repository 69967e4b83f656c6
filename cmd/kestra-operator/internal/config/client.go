package config

import "github.com/kestra-operator/kestra-operator/controllers/kestra"

// Client returns a client of the server, with its credentials and what else is to be so.
func (k Kestra) Client(options ...func(*kestra.Config)) (*kestra.Client, error) {
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
	for _, option := range options {
		option(&config)
	}
	return kestra.New(config)
}
