package kestra

import (
	"fmt"

	"k8s.io/apimachinery/pkg/util/version"
)

// dialect is how servers of one version differ from those of others. Each field is a recorded or documented
// difference; what all versions share is not here.
type dialect struct {
	tenantInPath    bool // since 0.23
	showsEdition    bool // since 1.0
	kvSearch        bool // since 1.1: GET /kv over all namespaces
	kvTakesJSON     bool // before 1.1.4 also application/json
	kvOldList       bool // before 2.0: GET /namespaces/{ns}/kv
	deepKVFilter    bool // since 2.0: a namespace filter finds child namespaces too
	kvRevisionField string
	strictUpdate    bool // since 2.0: PUT refuses unknown properties
	checksMediaType bool // since 2.0: application/yaml is 415, before that it left the body unread
	strictFilePath  bool // since 2.0: a path that is no URI is refused
	oldFilters      bool // before 2.0: ?namespace=
	problemJSON     bool // since the release of 2.0: RFC 9457 error bodies
	closedConfigs   bool // since the release of 2.0: /configs asks for credentials
	existsConflict  bool // since the release of 2.0: creating what exists is 409
	basicOnEE       bool // before 2.0
	siblingTrap     bool // before 1.3.44, and in 2.0: deleting a missing file takes its only sibling along
	reservedIDs     bool // before 2.0
}

func dialectOf(name string) (dialect, error) {
	v, err := version.ParseSemantic(name)
	if err != nil {
		return dialect{}, fmt.Errorf("kestra version %q: %w", name, err)
	}
	since := func(other string) bool { return v.AtLeast(version.MustParseSemantic(other)) }
	// A prerelease of 2.0 is on the 2.0 line, but without what came with the release itself.
	two, released := since("2.0.0-0"), since("2.0.0")
	d := dialect{
		tenantInPath:    since("0.23.0-0"),
		showsEdition:    since("1.0.0-0"),
		kvSearch:        since("1.1.0-0"),
		kvTakesJSON:     !since("1.1.4"),
		kvOldList:       !two,
		deepKVFilter:    two,
		kvRevisionField: "version",
		strictUpdate:    two,
		checksMediaType: two,
		strictFilePath:  two,
		oldFilters:      !two,
		problemJSON:     released,
		closedConfigs:   released,
		existsConflict:  released,
		basicOnEE:       !two,
		siblingTrap:     two || !since("1.3.44"),
		reservedIDs:     !two,
	}
	if two {
		d.kvRevisionField = "revision"
	}
	return d, nil
}
