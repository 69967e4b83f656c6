// Package webhooks translates admission requests into questions to the judges in schemas, and their findings
// into answers that kubectl prints one by one.
//
// There is one file for each kind. A flow is judged twice: by the mutating handler, which also sets the read-only
// label, on the text as it was submitted, and by the validating one on what will be stored. The handlers keep no
// state but a small cache of reports, store nothing, and never answer with the value of a key-value or a file.
package webhooks
