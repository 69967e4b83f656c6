package flow

import (
	"regexp"
	"sync"
	"time"
	_ "time/tzdata" // the image has no time zones of its own

	"gopkg.in/yaml.v3"
)

// checkTimezone refuses a time zone that Java does not know.
func (j *judge) checkTimezone(n *yaml.Node) {
	node := child(n, "timezone")
	if node == nil || node.Kind != yaml.ScalarNode || isNull(node) {
		return
	}
	if !isTimezone(node.Value) {
		j.refuse(node, "timezone", "%s is not a time zone; use a name such as Europe/Paris, UTC or an offset such as +02:00", describe(node))
	}
}

// zoneOffset is how Java writes a zone without a region.
var zoneOffset = regexp.MustCompile(`^(?:UTC|GMT|UT)?[-+](?:\d|\d{2}(?::?\d{2}(?::?\d{2})?)?)$|^(?:Z|UTC|GMT|UT|GMT0)$`)

func isTimezone(name string) bool {
	if zoneOffset.MatchString(name) {
		return true
	}
	if name == "" || name == "Local" {
		return false
	}
	if _, ok := knownTimezones.Load(name); ok {
		return true
	}
	if _, err := time.LoadLocation(name); err != nil {
		return false
	}
	knownTimezones.Store(name, true)
	return true
}

// knownTimezones remembers the names that exist: there are few, and reading one takes as long as a small flow.
var knownTimezones sync.Map
