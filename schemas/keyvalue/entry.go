package keyvalue

import (
	"errors"
	"fmt"
	"math/big"
	"regexp"
	"time"
	"unicode"
	"unicode/utf8"
)

const (
	// MaxKeyLength bounds a key: the server's storage makes a file name of it.
	MaxKeyLength = 250
	// MaxDescriptionBytes bounds a description, which travels in a request header.
	MaxDescriptionBytes = 1000
	// MaxTTL bounds a time to live: 100 years, far from where the server's dates overflow.
	MaxTTL = 100 * 365 * 24 * time.Hour
)

var keyPattern = regexp.MustCompile(`^[a-zA-Z0-9][a-zA-Z0-9._-]*$`)

// CheckKey says what is wrong with a key, by the server's rule.
func CheckKey(key string) error {
	switch {
	case key == "":
		return errors.New("the key is empty; name the entry")
	case len(key) > MaxKeyLength:
		return fmt.Errorf("the key has %d characters; at most %d are allowed", len(key), MaxKeyLength)
	case !keyPattern.MatchString(key):
		return errors.New("a key starts with a letter or digit and holds only letters, digits, '.', '_' and '-'")
	}
	return nil
}

// CheckTTL says what is wrong with a time to live. An empty one is fine: the entry never expires.
func CheckTTL(ttl string) error {
	if ttl == "" {
		return nil
	}
	_, err := ParseTTL(ttl)
	return err
}

// ParseTTL reads a time to live: an ISO-8601 duration as Java's Duration.parse takes it, longer than nothing
// and at most MaxTTL. The server answers 500 to one it cannot parse.
func ParseTTL(ttl string) (time.Duration, error) {
	d, err := parseDuration(ttl)
	if err != nil {
		return 0, err
	}
	if d.nanos.Sign() <= 0 {
		return 0, errors.New("a time to live must be longer than nothing")
	}
	if d.nanos.Cmp(big.NewInt(int64(MaxTTL))) > 0 {
		return 0, fmt.Errorf("a time to live is at most %d days; leave it out for an entry that never expires", MaxTTL/(24*time.Hour))
	}
	return time.Duration(d.nanos.Int64()), nil
}

// CheckDescription says what is wrong with a description. It travels in a request header, where a line break
// would start another header.
func CheckDescription(description string) error {
	if len(description) > MaxDescriptionBytes {
		return fmt.Errorf("the description has %d bytes; at most %d are allowed", len(description), MaxDescriptionBytes)
	}
	for _, r := range description {
		if unicode.IsControl(r) || r == utf8.RuneError {
			return errors.New("the description holds a line break or another control character; write it in one line")
		}
	}
	return nil
}

// brokenDuration is what the server takes for a duration when it reads text back.
var brokenDuration = regexp.MustCompile(`^P(?:[0-9]*D)?(?:T(?:[0-9]*H)?(?:[0-9]*M)?(?:[0-9]*S)?)?$`)

// ReadsBack is false for text that a server stores but fails to read: it looks like a duration to the server, and
// is none, such as "PTS". Everything else can be read back.
func ReadsBack(typ, value string) bool {
	if t, err := ParseType(typ); err != nil || t != String || !brokenDuration.MatchString(value) {
		return true
	}
	if value == "P" || value[len(value)-1] == 'T' {
		return true
	}
	_, err := parseDuration(value)
	return err == nil
}

// FormatTTL writes a time to live so that ParseTTL reads it.
func FormatTTL(ttl time.Duration) string {
	return duration{big.NewInt(int64(ttl))}.String()
}
