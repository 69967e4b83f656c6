// Package policy says which Kubernetes namespaces may write which tenants and namespaces of Kestra.
//
// Once there is a policy, what no rule of it allows is refused, in admission and again before a write. The
// policy is part of the operator's configuration, read once at its start.
package policy
