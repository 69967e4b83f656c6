// Package certificate reads what cert-manager says of a Certificate, and puts into words why there is nothing to serve
// admission with, or will not be for long. Readiness and logs of the operator tell it, and so does a look at an
// installation from outside.
//
// It only reads. A cluster without cert-manager's API is no error: that is one of the answers. Nothing secret is read:
// keys are in Secrets, which the package never looks at.
package certificate
