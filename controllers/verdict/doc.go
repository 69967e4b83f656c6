// Package verdict asks the Kestra server itself what it makes of a flow, before the flow is stored or written.
//
// Admission is synchronous, so asking is bounded on all sides: a question has a deadline, the same question
// asked by several requests at once goes out once, an answer is remembered for a little while, and after a
// few failures in a row nobody waits for a server that is away.
//
// The package stores nothing in Kestra, and an answer it could not get is an error, never a refusal.
package verdict
