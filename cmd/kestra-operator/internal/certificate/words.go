package certificate

import (
	"fmt"
	"time"
)

// Problem says why there is no certificate to serve with, and what to do next; it is empty for a Certificate that is
// ready.
func (r Report) Problem() string {
	switch r.State {
	case Ready:
		return ""
	case NoAPI:
		return fmt.Sprintf("the cluster does not serve cert-manager's API, which Certificate %s is for: install cert-manager, or let the operator be its own authority", r.Certificate)
	case Missing:
		return fmt.Sprintf("there is no Certificate %s: apply the installation's manifests again", r.Certificate)
	case Unseen:
		return fmt.Sprintf("cert-manager has not looked at Certificate %s: is its controller running?", r.Certificate)
	}
	text := fmt.Sprintf("cert-manager says of Certificate %s: %s: %s", r.Certificate, r.Reason, r.Message)
	if r.Failure != "" {
		text += "; the latest attempt to issue it failed: " + r.Failure
	}
	return text
}

// Warning says what will become a problem: a certificate that is served now and cannot be renewed. It is empty when
// nothing will.
func (r Report) Warning() string {
	if r.State != Ready || r.Failure == "" {
		return ""
	}
	return fmt.Sprintf("cert-manager cannot renew Certificate %s, which ends at %s: %s", r.Certificate, r.NotAfter.UTC().Format(time.RFC3339), r.Failure)
}
