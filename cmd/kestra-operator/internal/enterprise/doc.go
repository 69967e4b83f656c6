// Package enterprise tells whether Kestra's Enterprise operator still runs beside this one. Two operators that keep the
// same objects write to Kestra in turn, and put each other's finalizers back.
//
// What gives that operator away is what it leaves on objects: a status written after this operator's own, under the
// name of another field manager, and its finalizer beside this operator's, which replaces it. The package only reads,
// and only metadata. Who removes the finalizer is the controllers' business.
package enterprise
