package flow

import (
	"strconv"
	"strings"

	"gopkg.in/yaml.v3"
)

// checkRetryIntervals refuses an exponential retry whose first interval is not less than the longest.
func (j *judge) checkRetryIntervals(n *yaml.Node) {
	interval := child(n, "interval")
	first, ok := seconds(interval)
	longest, okLongest := seconds(child(n, "maxInterval"))
	if ok && okLongest && first >= longest {
		j.refuse(interval, "retry-interval", "\"interval\" must be less than \"maxInterval\"")
	}
}

// seconds reads a duration as the server does.
func seconds(n *yaml.Node) (float64, bool) {
	if n == nil || n.Kind != yaml.ScalarNode || isNull(n) {
		return 0, false
	}
	if x, err := strconv.ParseFloat(n.Value, 64); err == nil {
		return x, true
	}
	if !isDuration(n.Value) {
		return 0, false
	}
	date, time, _ := strings.Cut(strings.ToUpper(strings.TrimSpace(n.Value)), "T")
	total := 0.0
	for part, units := range map[string]map[byte]float64{date: {'D': 86400}, time: {'H': 3600, 'M': 60, 'S': 1}} {
		digits := ""
		for i := range len(part) {
			if unit, ok := units[part[i]]; ok {
				x, _ := strconv.ParseFloat(strings.ReplaceAll(digits, ",", "."), 64)
				total += x * unit
				digits = ""
			} else if part[i] != 'P' {
				digits += part[i : i+1]
			}
		}
	}
	return total, true
}
