package main

import (
	"errors"
	"net"

	"github.com/kestra-operator/kestra-operator/controllers/kestra"
)

// outOfReach tells whether a call of Kestra could not connect.
func outOfReach(err error) bool {
	var call *kestra.Error
	var network *net.OpError
	return errors.As(err, &call) && errors.As(call.Err, &network) && network.Op == "dial"
}

// nextStep says what to do about a call of Kestra that failed; empty when the error says all there is.
func nextStep(err error) string {
	switch {
	case outOfReach(err):
		return "check the URL (Kestra's API is on port 8080, not 8081), and that Kestra can be reached from here"
	case kestra.IsUnauthorized(err):
		return "set KESTRA_API_BASIC_AUTH=user:password, or KESTRA_API_API_KEY for the Enterprise Edition, to those of a user who may do this"
	}
	return ""
}
