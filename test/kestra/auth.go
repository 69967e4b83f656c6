package kestra

import (
	"crypto/subtle"
	"net/http"
	"slices"
	"strings"
)

// authenticate finds out who calls. A refusal is the 401 without a body that every version answers.
func (s *Server) authenticate(c *call) error {
	if s.options.Anonymous {
		return nil
	}
	if username, password, ok := c.BasicAuth(); ok && s.takesBasic() {
		want := s.options.Credentials
		if want.Username != "" && equalText(username, want.Username) && equalText(password, want.Password) {
			return nil
		}
	}
	if token := s.token(c.Request); token != nil {
		c.serviceAccount = token.ServiceAccount
		if c.tenant != "" && len(token.Tenants) > 0 && !slices.Contains(token.Tenants, c.tenant) {
			return &apiError{status: http.StatusForbidden, message: "Forbidden"}
		}
		return nil
	}
	scheme := "Basic"
	if s.options.Edition == Enterprise {
		scheme = "Bearer"
	}
	return &apiError{
		status: http.StatusUnauthorized,
		header: http.Header{"Www-Authenticate": {scheme}},
		bare:   true,
	}
}

func (s *Server) takesBasic() bool {
	return s.options.Edition == OpenSource || s.dialect.basicOnEE
}

func (s *Server) token(r *http.Request) *Token {
	value, ok := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
	if !ok || s.options.Edition != Enterprise {
		return nil
	}
	for i := range s.options.Tokens {
		if equalText(value, s.options.Tokens[i].Value) {
			return &s.options.Tokens[i]
		}
	}
	return nil
}

func equalText(a, b string) bool { return subtle.ConstantTimeCompare([]byte(a), []byte(b)) == 1 }

// checkTenant refuses a tenant the server does not have.
func (s *Server) checkTenant(tenant string) error {
	if slices.Contains(s.options.Tenants, tenant) {
		return nil
	}
	if s.options.Edition == OpenSource {
		return &apiError{
			status:  http.StatusBadRequest,
			message: "Bad Request: Tenant must be 'main' for OSS version",
		}
	}
	return notFound("")
}
