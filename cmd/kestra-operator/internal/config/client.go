package config

import "github.com/kestra-operator/kestra-operator/controllers/kestra"

// Client returns a client of the server, with its credentials.
func (k Kestra) Client() (*kestra.Client, error) {
	return kestra.New(kestra.Config{
		URL:      k.URL,
		Username: k.Username,
		Password: k.Password.Reveal(),
		Token:    k.APIKey.Reveal(),
	})
}
