// Package webhookconfig reads the webhook configurations by which the API server calls admission, and tells what is
// wrong with them: a webhook whose match conditions are gone, or one that does not trust the certificate that is
// served. The operator's readiness and logs tell it, and so does a look at an installation from outside.
//
// It only reads, and knows nothing of who keeps the configurations: a chart, kustomize, or somebody by hand.
package webhookconfig
