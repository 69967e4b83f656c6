package flow

import (
	"regexp"
	"strings"
	"time"
)

// durationPattern is java.time.Duration's, which is not all of ISO 8601: no years, months or weeks.
var durationPattern = regexp.MustCompile(`(?i)^[-+]?P(?:[-+]?\d+D)?(T(?:[-+]?\d+H)?(?:[-+]?\d+M)?(?:[-+]?\d+(?:[.,]\d{0,9})?S)?)?$`)

func isDuration(text string) bool {
	text = strings.ToUpper(strings.TrimSpace(text))
	return durationPattern.MatchString(text) && !strings.HasSuffix(text, "T") && !strings.HasSuffix(text, "P")
}

func isDigits(text string) bool {
	text = strings.TrimSpace(text)
	for _, r := range text {
		if r < '0' || r > '9' {
			return false
		}
	}
	return text != ""
}

var instantPattern = regexp.MustCompile(`^[-+]?\d{4,9}-\d{2}-\d{2}T\d{2}:\d{2}(?::\d{2}(?:\.\d{0,9})?)?(?:Z|z|[-+]\d{2}(?::?\d{2}(?::?\d{2})?)?)?(?:\[[^\]]+\])?$`)

func isInstant(text string) bool {
	text = strings.TrimSpace(text)
	return instantPattern.MatchString(text) && isDay(text)
}

func isDate(text string) bool {
	text = strings.TrimSpace(text)
	if len(text) > 10 && text[10] == 'T' {
		return isInstant(text)
	}
	return len(text) == 10 && isDay(text)
}

// isDay tells whether a text starts with a day that exists; years of more than four digits are not looked at.
func isDay(text string) bool {
	if len(text) < 10 || text[4] != '-' {
		return true
	}
	_, err := time.Parse(time.DateOnly, text[:10])
	return err == nil
}

var timePattern = regexp.MustCompile(`^(?:[01]\d|2[0-3]):[0-5]\d(?::[0-5]\d(?:\.\d{1,9})?)?(?:Z|[-+]\d{2}(?::?\d{2})?)?$`)

func isTime(text string) bool {
	return timePattern.MatchString(strings.TrimSpace(text))
}
