// Package doctor examines an installation of the operator from outside: the cluster, the definitions, admission, the
// operator's own configuration and rights, and Kestra. Each thing that is wrong comes with the next step.
//
// It reads, asks the API server what the operator may do, and tries one dry run, which stores nothing. It never writes
// to the cluster or to Kestra, and prints no credential.
package doctor
