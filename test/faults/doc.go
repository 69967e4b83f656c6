// Package faults shows that the operator converges, and never lies on the way, whichever of its calls fails and
// however.
//
// A Proxy stands between the operator and Kestra, another one between the operator and the API server. Both name and
// count the calls that pass, and let one of them meet a fault: a connection that is refused or reset, an answer that
// is late, cut, endless or not Kestra's at all, or the death of the operator right after the call took effect. The
// tests enumerate the calls of each scenario and run it once for every call and every way to fail.
//
// The package never fails a call at random, and never waits for a time instead of a state.
package faults
