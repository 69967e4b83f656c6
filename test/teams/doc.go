// Package teams tests what a platform team puts around the operator: the policies and roles of
// config/samples/teams, on a real API server.
//
// No operator runs here: the policies are the API server's own, and hold without it.
package teams
