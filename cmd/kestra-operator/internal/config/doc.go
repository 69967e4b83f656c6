// Package config is the operator's one configuration: a typed value made from flags and environment,
// checked as a whole before anything starts.
//
// Credentials come from the environment or from files that the environment names, never from flags, where
// every process of the machine could read them. A Config can be printed: its secrets print as a note that
// they are set. The environment names of Kestra's Enterprise operator are understood.
package config
