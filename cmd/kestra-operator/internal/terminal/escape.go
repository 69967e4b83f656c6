package terminal

import (
	"fmt"
	"io"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf16"
	"unicode/utf8"
)

// Escaped returns a writer of text that may quote what others wrote, and which must not steer a terminal: control
// characters and others that are not printable become escapes, as JSON has them: a log in JSON stays that. Line breaks and
// tabs stay. A character must not be split over two calls of Write.
func Escaped(out io.Writer) io.Writer { return escaped{out} }

type escaped struct{ out io.Writer }

func (e escaped) Write(text []byte) (int, error) {
	var b strings.Builder
	for rest := text; len(rest) > 0; {
		r, size := utf8.DecodeRune(rest)
		switch {
		case r == utf8.RuneError && size == 1: // not UTF-8: some terminals take single bytes for control characters
			b.WriteString(`\x` + strconv.FormatUint(uint64(rest[0]), 16))
		case r == '\n' || r == '\t' || unicode.IsPrint(r):
			b.WriteRune(r)
		default:
			for _, unit := range utf16.AppendRune(nil, r) {
				fmt.Fprintf(&b, `\u%04x`, unit)
			}
		}
		rest = rest[size:]
	}
	if _, err := io.WriteString(e.out, b.String()); err != nil {
		return 0, err
	}
	return len(text), nil
}
