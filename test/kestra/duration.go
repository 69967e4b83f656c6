package kestra

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"
)

var isoDuration = regexp.MustCompile(
	`^([-+]?)P(?:([-+]?\d+)D)?(?:T(?:([-+]?\d+)H)?(?:([-+]?\d+)M)?(?:([-+]?\d+)(?:\.(\d{0,9}))?S)?)?$`)

// parseDuration reads an ISO-8601 duration of days, hours, minutes and seconds: what Java's Duration reads.
func parseDuration(text string) (time.Duration, error) {
	upper := strings.ToUpper(text)
	match := isoDuration.FindStringSubmatch(upper)
	if match == nil || strings.HasSuffix(upper, "P") || strings.HasSuffix(upper, "T") {
		return 0, fmt.Errorf("duration %q: want a form such as PT1H30M", text)
	}
	var total time.Duration
	for i, unit := range map[int]time.Duration{2: 24 * time.Hour, 3: time.Hour, 4: time.Minute, 5: time.Second} {
		if match[i] == "" {
			continue
		}
		n, err := strconv.ParseInt(match[i], 10, 64)
		if err != nil {
			return 0, fmt.Errorf("duration %q: %w", text, err)
		}
		total += time.Duration(n) * unit
	}
	if fraction := match[6]; fraction != "" {
		nanos, err := strconv.Atoi(fraction + strings.Repeat("0", 9-len(fraction)))
		if err != nil {
			return 0, fmt.Errorf("duration %q: %w", text, err)
		}
		if strings.HasPrefix(match[5], "-") {
			nanos = -nanos
		}
		total += time.Duration(nanos)
	}
	if match[1] == "-" {
		total = -total
	}
	return total, nil
}

// formatDuration writes a duration of whole seconds as Java does: hours are the largest unit.
func formatDuration(d time.Duration) string {
	if d == 0 {
		return "PT0S"
	}
	var text strings.Builder
	text.WriteString("PT")
	for _, unit := range []struct {
		size time.Duration
		name string
	}{{time.Hour, "H"}, {time.Minute, "M"}, {time.Second, "S"}} {
		if n := d / unit.size; n != 0 {
			fmt.Fprintf(&text, "%d%s", n, unit.name)
			d -= n * unit.size
		}
	}
	return text.String()
}
