package flow

import (
	"strconv"
	"strings"

	"gopkg.in/yaml.v3"
)

// less refuses a retry in which one duration is not less than another.
func less(short, long string) func(*judge, *yaml.Node) {
	return func(j *judge, n *yaml.Node) {
		node := child(n, short)
		least, ok := seconds(node)
		most, bounded := seconds(child(n, long))
		if ok && bounded && least >= most {
			j.refuse(node, "retry-interval", "\"%s\" must be less than \"%s\"", short, long)
		}
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
	if strings.HasPrefix(strings.TrimSpace(n.Value), "-") {
		total = -total
	}
	return total, true
}
