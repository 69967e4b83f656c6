package main

import (
	"errors"

	"github.com/kestra-operator/kestra-operator/cmd/kestra-operator/internal/config"
	"github.com/kestra-operator/kestra-operator/controllers/kestra"
)

// urlVariable names the Kestra server in the environment, as for the command "run".
const urlVariable = "KESTRA_API_URL"

// errNoServer is how a command learns Kestra's address.
var errNoServer = errors.New("no Kestra server: give --server or " + urlVariable + ", with its credentials in KESTRA_API_BASIC_AUTH or KESTRA_API_API_KEY; or ask in the operator's pod, which has them (see --help)")

// kestraFromHere returns a client of the server that a flag or the environment names, with the environment's credentials.
func kestraFromHere(server string) (*kestra.Client, error) {
	environment := config.ProcessEnvironment()
	if server == "" {
		server = environment.Getenv(urlVariable)
	}
	if server == "" {
		return nil, errNoServer
	}
	return (&target{server: server}).client(environment)
}
