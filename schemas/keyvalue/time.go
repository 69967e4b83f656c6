package keyvalue

import (
	"errors"
	"regexp"
	"strings"
	"time"
)

// serverPrecision is what the server keeps of a moment.
const serverPrecision = time.Millisecond

// dateTimePattern is ISO 8601 as Ion's timestamps write it: down to minutes or finer, always with an offset.
var dateTimePattern = regexp.MustCompile(`^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?(?:Z|[+-]\d{2}:\d{2})$`)

var localDateTimePattern = regexp.MustCompile(`^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?$`)

func parseDateTime(text string) (time.Time, error) {
	text = strings.ToUpper(text)
	if localDateTimePattern.MatchString(text) {
		return time.Time{}, errors.New("the value is not a DATETIME: it lacks a time zone; end it with Z or an offset such as +02:00")
	}
	if !dateTimePattern.MatchString(text) {
		return time.Time{}, errors.New("the value is not a DATETIME; write one such as 2006-01-02T15:04:05Z")
	}
	moment, err := time.Parse(time.RFC3339Nano, text)
	if err != nil {
		moment, err = time.Parse("2006-01-02T15:04Z07:00", text)
	}
	// The parser's own error quotes its input.
	if err != nil {
		return time.Time{}, errors.New("the value is not a DATETIME: there is no such moment")
	}
	if year := moment.UTC().Year(); year < 1 || year > 9999 {
		return time.Time{}, errors.New("the value is not a DATETIME: its year in UTC is not between 1 and 9999")
	}
	return moment.UTC().Truncate(serverPrecision), nil
}

func formatDateTime(moment time.Time) string { return moment.UTC().Format(time.RFC3339Nano) }

func checkDate(text string) error {
	day, err := time.Parse(time.DateOnly, text)
	if err != nil || day.Year() < 1 {
		return errors.New("the value is not a DATE; write one such as 2006-01-02")
	}
	return nil
}
