package doctor

import (
	"strings"

	"golang.org/x/mod/semver"
)

// vulnerability is one that Kestra has published a fix of.
type vulnerability struct {
	name string
	// fixed are the first releases with the fix, one for each line that got it, oldest first. A release of an older
	// line than the first lacks it; so does one between two lines.
	fixed []string
	what  string
	// source is where it is told.
	source string
}

// vulnerabilities that matter to whoever lets a network reach Kestra's API. A release after the last one of "fixed"
// has the fix.
var vulnerabilities = []vulnerability{
	{
		name: "CVE-2026-49869, CVE-2026-53576", fixed: []string{"v1.0.45", "v1.3.21"},
		what:   "who has no credentials can run code by a path that ends in /configs; it is exploited",
		source: "https://github.com/kestra-io/kestra/security/advisories/GHSA-5vc5-wxxq-3fjx",
	},
	{
		// The record names 1.3.7; the changelog of 1.0.35 has the same fix.
		name: "CVE-2026-34612", fixed: []string{"v1.0.35", "v1.3.7"},
		what:   "who is logged in can run code by SQL injection in the search of flows",
		source: "https://github.com/kestra-io/kestra/security/advisories/GHSA-365w-2m69-mp9x",
	},
	{
		name: "unauthenticated RCE via encoded separators", fixed: []string{"v1.0.60", "v1.3.38"},
		what:   "who has no credentials can run code, as the release notes say",
		source: "https://github.com/kestra-io/kestra/releases/tag/v1.3.38",
	},
}

// lacking returns the vulnerabilities whose fix a version of Kestra does not have. A version that cannot be read has none
// that are known.
func lacking(version string) []vulnerability {
	v := "v" + strings.TrimPrefix(version, "v")
	if !semver.IsValid(v) {
		return nil
	}
	var found []vulnerability
	for _, known := range vulnerabilities {
		if !known.fixedIn(v) {
			found = append(found, known)
		}
	}
	return found
}

func (k vulnerability) fixedIn(version string) bool {
	for i, fixed := range k.fixed {
		last := i == len(k.fixed)-1
		sameLine := semver.MajorMinor(version) == semver.MajorMinor(fixed)
		if (sameLine || last) && semver.Compare(version, fixed) >= 0 {
			return true
		}
	}
	return false
}
