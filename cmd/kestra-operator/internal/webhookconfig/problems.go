package webhookconfig

import (
	"crypto/x509"
	"errors"
	"fmt"
	"time"
)

// String names the webhook and where it stands.
func (w Webhook) String() string {
	return fmt.Sprintf("webhook %s of %s %s", w.Name, w.Kind, w.Configuration)
}

// ConditionsProblem says what it means that a webhook has no match conditions, and what to do next; it is empty when
// the webhook has some. The conditions are what lets labels and finalizers of an object change while no operator runs.
func (w Webhook) ConditionsProblem() string {
	if w.Conditional {
		return ""
	}
	return fmt.Sprintf("%s has no match conditions: while no operator answers, every change of an object is refused, of labels and "+
		"finalizers too. The CA injector of cert-manager before 1.12 drops them: update cert-manager, or let the operator be its "+
		"own authority, and apply the installation's manifests again", w)
}

// Trust returns an error that says why calls of the API server would fail when a certificate is served, which is
// given with those that lead to the authority. Without a CA bundle nobody but the API server's machine can tell, so
// there is none. A certificate that is not valid yet by this clock is judged by the moment at which it will be: the API
// server has a clock of its own, and replicas whose clocks differ make certificates for each other.
func (w Webhook) Trust(chain []*x509.Certificate) error {
	if len(w.CABundle) == 0 {
		return nil
	}
	if len(chain) == 0 {
		return fmt.Errorf("%s: there is no certificate to trust", w)
	}
	authorities, between := x509.NewCertPool(), x509.NewCertPool()
	if !authorities.AppendCertsFromPEM(w.CABundle) {
		return fmt.Errorf("%s: the CA bundle holds no certificate", w)
	}
	for _, certificate := range chain[1:] {
		between.AddCert(certificate)
	}
	at := time.Now()
	if begin := chain[0].NotBefore; at.Before(begin) {
		at = begin
	}
	_, err := chain[0].Verify(x509.VerifyOptions{DNSName: w.Host, Roots: authorities, Intermediates: between, CurrentTime: at})
	if unknown := (x509.UnknownAuthorityError{}); errors.As(err, &unknown) {
		return fmt.Errorf("%s does not trust the authority of the certificate that is served (yet): its CA bundle is another's", w)
	}
	if err != nil {
		return fmt.Errorf("%s does not accept the certificate that is served: %w", w, err)
	}
	return nil
}
