package keyvalue

import (
	"errors"
	"fmt"
	"math/big"
	"regexp"
	"strings"
	"time"
)

// maxDurationLength keeps arithmetic on a hostile duration cheap.
const maxDurationLength = 100

// durationPattern is the grammar of Java's Duration.parse, by which the server reads: days, hours, minutes and
// seconds, each with its own sign; no weeks, months or years.
var durationPattern = regexp.MustCompile(
	`(?i)^([-+]?)P(?:([-+]?[0-9]+)D)?(T(?:([-+]?[0-9]+)H)?(?:([-+]?[0-9]+)M)?(?:([-+]?[0-9]+)(?:[.,]([0-9]{0,9}))?S)?)?$`)

var (
	nanosPerSecond = big.NewInt(int64(time.Second))
	// maxDuration is the most seconds that the server's durations hold.
	maxDuration = new(big.Int).Mul(new(big.Int).SetUint64(1<<63-1), nanosPerSecond)
)

// duration is an exact length of time, which may be longer than Go's own can say.
type duration struct{ nanos *big.Int }

func parseDuration(text string) (duration, error) {
	notOne := errors.New("write an ISO-8601 duration of days, hours, minutes and seconds, such as P1DT12H or PT30M")
	if len(text) > maxDurationLength {
		return duration{}, notOne
	}
	m := durationPattern.FindStringSubmatch(text)
	if m == nil || strings.EqualFold(m[3], "T") || (m[2] == "" && m[3] == "") {
		return duration{}, notOne
	}
	total := new(big.Int)
	for _, part := range []struct {
		digits string
		unit   time.Duration
	}{{m[2], 24 * time.Hour}, {m[4], time.Hour}, {m[5], time.Minute}, {m[6], time.Second}} {
		total.Add(total, amount(part.digits, part.unit))
	}
	total.Add(total, fraction(m[6], m[7]))
	if m[1] == "-" {
		total.Neg(total)
	}
	if total.CmpAbs(maxDuration) > 0 {
		return duration{}, errors.New("the duration is too long")
	}
	return duration{total}, nil
}

func amount(digits string, unit time.Duration) *big.Int {
	n, ok := new(big.Int).SetString(strings.TrimPrefix(digits, "+"), 10)
	if !ok {
		return new(big.Int)
	}
	return n.Mul(n, big.NewInt(int64(unit)))
}

// fraction takes its sign from the whole seconds, which may be "-0".
func fraction(seconds, digits string) *big.Int {
	n := amount((digits + "000000000")[:9], time.Nanosecond)
	if strings.HasPrefix(seconds, "-") {
		n.Neg(n)
	}
	return n
}

// String is the normal form, the one the server reads back: hours, minutes and seconds, as Java prints them.
func (d duration) String() string {
	if d.nanos.Sign() == 0 {
		return "PT0S"
	}
	sign := ""
	if d.nanos.Sign() < 0 {
		sign = "-"
	}
	whole, nanos := new(big.Int).QuoRem(new(big.Int).Abs(d.nanos), nanosPerSecond, new(big.Int))
	minutes, seconds := new(big.Int).QuoRem(whole, big.NewInt(60), new(big.Int))
	hours, minutes := new(big.Int).QuoRem(minutes, big.NewInt(60), new(big.Int))
	var b strings.Builder
	b.WriteString("PT")
	if hours.Sign() > 0 {
		fmt.Fprintf(&b, "%s%dH", sign, hours)
	}
	if minutes.Sign() > 0 {
		fmt.Fprintf(&b, "%s%dM", sign, minutes)
	}
	if seconds.Sign() > 0 || nanos.Sign() > 0 {
		fmt.Fprintf(&b, "%s%d", sign, seconds)
		if nanos.Sign() > 0 {
			b.WriteString("." + strings.TrimRight(fmt.Sprintf("%09d", nanos), "0"))
		}
		b.WriteByte('S')
	}
	return b.String()
}
