package flow

import (
	"bytes"
	"fmt"
	"unicode/utf8"
)

// checkText refuses what is no text at all: too large, not UTF-8, or with characters that YAML forbids.
func checkText(source []byte, lim limits) (Finding, bool) {
	if len(source) > lim.bytes {
		return lim.sizeFinding(len(source)), false
	}
	if !utf8.Valid(source) {
		return invalidUTF8(source), false
	}
	if at := forbiddenCharacter(source); at >= 0 {
		r, _ := utf8.DecodeRune(source[at:])
		line, column := position(source, at)
		return Finding{
			Severity: Error, Rule: "control-character", Line: line, Column: column,
			Message: fmt.Sprintf("the character U+%04X is not allowed in YAML; remove it, or write it as an escape in double quotes", r),
		}, false
	}
	return Finding{}, true
}

func invalidUTF8(source []byte) Finding {
	at := 0
	for at < len(source) {
		r, size := utf8.DecodeRune(source[at:])
		if r == utf8.RuneError && size == 1 {
			break
		}
		at += size
	}
	line, column := position(source, at)
	return Finding{
		Severity: Error, Rule: "policy-utf8", Line: line, Column: column,
		Message: fmt.Sprintf("the byte 0x%02X is not valid UTF-8; save the file as UTF-8", source[at]),
	}
}

// forbiddenCharacter returns the offset of the first character that YAML 1.1 calls not printable, or -1.
func forbiddenCharacter(source []byte) int {
	for i, b := range source {
		if b >= 0x20 && b < 0x7F {
			continue
		}
		switch b {
		case '\t', '\n', '\r':
		case 0xC2: // U+0080 to U+009F, of which only U+0085 (next line) is printable
			if c := source[i+1]; c < 0xA0 && c != 0x85 {
				return i
			}
		case 0xEF: // U+FFFE and U+FFFF
			if source[i+1] == 0xBF && source[i+2] >= 0xBE {
				return i
			}
		default:
			if b < utf8.RuneSelf {
				return i
			}
		}
	}
	return -1
}

// byteOrderMark may stand before a source and counts as no column.
var byteOrderMark = []byte("\uFEFF")

// lineBreak returns the length of the line break at an offset, 0 when there is none. YAML breaks lines at
// CR, LF, CRLF, NEL, LS and PS.
func lineBreak(source []byte, at int) int {
	switch source[at] {
	case '\n':
		return 1
	case '\r':
		if at+1 < len(source) && source[at+1] == '\n' {
			return 2
		}
		return 1
	case 0xC2:
		if at+1 < len(source) && source[at+1] == 0x85 {
			return 2
		}
	case 0xE2:
		if at+2 < len(source) && source[at+1] == 0x80 && (source[at+2] == 0xA8 || source[at+2] == 0xA9) {
			return 3
		}
	}
	return 0
}

// lineStart returns the offset of a line that counts from 1; the end of the source when there are fewer.
func lineStart(source []byte, line int) int {
	at := 0
	for n := 1; n < line && at < len(source); {
		if size := lineBreak(source, at); size > 0 {
			at += size
			n++
		} else {
			at++
		}
	}
	if at == 0 && bytes.HasPrefix(source, byteOrderMark) {
		at = len(byteOrderMark)
	}
	return at
}

// offset returns where a line and column, as the YAML library counts them, lie in the source.
func offset(source []byte, line, column int) int {
	at := lineStart(source, line)
	for n := 1; n < column && at < len(source); n++ {
		_, size := utf8.DecodeRune(source[at:])
		at += size
	}
	return at
}

// position is the inverse of offset: the line and column of a byte, both from 1, columns in characters.
func position(source []byte, at int) (line, column int) {
	line, start := 1, 0
	if bytes.HasPrefix(source, byteOrderMark) {
		start = min(at, len(byteOrderMark))
	}
	for i := start; i < at; {
		if size := lineBreak(source, i); size > 0 && i+size <= at {
			i += size
			line, start = line+1, i
		} else {
			i++
		}
	}
	return line, utf8.RuneCount(source[start:at]) + 1
}
