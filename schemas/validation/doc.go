// Package validation says what is wrong with an object of each kind, as a list of field errors with one entry
// for each finding, and what is merely worth a warning.
//
// Webhooks, the reconciler's guard and the command line call these functions and print what they return; the
// rules themselves live in schemas/flow, schemas/keyvalue and schemas/namespacefile. An update that leaves every
// judged field as it was yields warnings only, so that an object stored under older rules can still be edited.
// The package reads nothing but the objects, and no text of it holds the value of a key-value or a file.
package validation
