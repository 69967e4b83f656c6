package kestra

import (
	"fmt"
	"regexp"
)

var (
	// tenantPattern and namespacePattern are the server's own.
	tenantPattern    = regexp.MustCompile(`^[a-z0-9][a-z0-9_-]*$`)
	namespacePattern = regexp.MustCompile(`^[a-z0-9][a-z0-9._-]*$`)
	// namePattern is the server's rule for flow ids and keys.
	namePattern = regexp.MustCompile(`^[a-zA-Z0-9][a-zA-Z0-9._-]*$`)
)

// Target names one flow, key or file of a server.
type Target struct {
	// Tenant that owns it, "main" on an open-source server.
	Tenant string
	// Namespace in Kestra.
	Namespace string
	// Name is the flow's id, the key, or the file's path within the namespace without a leading slash.
	Name string
}

// String returns "tenant/namespace/name".
func (t Target) String() string { return t.Tenant + "/" + t.Namespace + "/" + t.Name }

// checkNamespace refuses what could reach another route of the server.
func (t Target) checkNamespace() error {
	if err := checkTenant(t.Tenant); err != nil {
		return err
	}
	if !namespacePattern.MatchString(t.Namespace) {
		return fmt.Errorf("kestra namespace %q: must match %s", t.Namespace, namespacePattern)
	}
	return nil
}

// check is checkNamespace for a target whose name is a flow's id or a key.
func (t Target) check() error {
	if err := t.checkNamespace(); err != nil {
		return err
	}
	if !namePattern.MatchString(t.Name) {
		return fmt.Errorf("kestra name %q: must match %s", t.Name, namePattern)
	}
	return nil
}

func checkTenant(tenant string) error {
	if !tenantPattern.MatchString(tenant) {
		return fmt.Errorf("kestra tenant %q: must match %s", tenant, tenantPattern)
	}
	return nil
}
