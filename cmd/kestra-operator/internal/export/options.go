package export

import (
	"fmt"
	"slices"
	"strings"

	"github.com/kestra-operator/kestra-operator/cmd/kestra-operator/internal/manifest"
	"github.com/kestra-operator/kestra-operator/controllers/kestra"
	"github.com/kestra-operator/kestra-operator/schemas/flow"
)

// Kind is one of the kinds of things that are exported.
type Kind string

// The kinds, as the command line names them.
const (
	Flows     Kind = "flows"
	KeyValues Kind = "keyvalues"
	Files     Kind = "files"
)

// Kinds are all of them.
var Kinds = []Kind{Flows, KeyValues, Files}

// ParseKind reads the name of a kind.
func ParseKind(text string) (Kind, error) {
	if kind := Kind(text); slices.Contains(Kinds, kind) {
		return kind, nil
	}
	return "", fmt.Errorf("%q: want some of %v", text, Kinds)
}

// Options of an export.
type Options struct {
	// Tenant to export, as the server knows it; every tenant of a Terraform state when it is empty.
	Tenant string
	// DefaultTenant is the tenant that manifests need not name.
	DefaultTenant string
	// Namespaces in Kestra, each with those below it; all of them when there are none.
	Namespaces []string
	// Kinds to export.
	Kinds []Kind
	// Only limits the export to these; nil for no limit.
	Only map[Reference]bool
	// Values says where the values of key-values are written.
	Values manifest.Values
	// InlineLimit is the longest content of a file that stands in its object, in bytes.
	InlineLimit int
	// ReadOnlyLabel sets the label system.readOnly in every flow, which otherwise keeps every byte.
	ReadOnlyLabel bool
	// Catalog of the server, to tell what admission will refuse; the newest embedded one when nil.
	Catalog *flow.Catalog
}

// Reference names one thing of a kind.
type Reference struct {
	Kind   Kind
	Target kestra.Target
}

func (o Options) wants(kind Kind) bool { return slices.Contains(o.Kinds, kind) }

// covers tells whether something is to be exported.
func (o Options) covers(kind Kind, target kestra.Target) bool {
	if o.Tenant != "" && o.Tenant != target.Tenant {
		return false
	}
	if o.Only != nil && !o.Only[Reference{kind, target}] {
		return false
	}
	if len(o.Namespaces) == 0 {
		return true
	}
	return slices.ContainsFunc(o.Namespaces, func(namespace string) bool {
		return target.Namespace == namespace || strings.HasPrefix(target.Namespace, namespace+".")
	})
}

// inManifest is a target as a manifest names it.
func (o Options) inManifest(target kestra.Target) kestra.Target {
	if target.Tenant == o.DefaultTenant {
		target.Tenant = ""
	}
	return target
}
