package flow

import "bytes"

// These functions find where a scalar ends in the text, by the rules of the server's scanner. The YAML
// library tells where a scalar starts only.

// isBlank tells whether an offset is a space, a tab, a line break or the end.
func isBlank(source []byte, at int) bool {
	return at >= len(source) || source[at] == ' ' || source[at] == '\t' || lineBreak(source, at) > 0
}

// isFlowIndicator tells whether a byte ends a plain scalar within brackets.
func isFlowIndicator(source []byte, at int) bool {
	return at < len(source) && bytes.IndexByte([]byte(",[]{}"), source[at]) >= 0
}

func skipSpaces(source []byte, at int) int {
	for at < len(source) && source[at] == ' ' {
		at++
	}
	return at
}

func skipSpacesAndTabs(source []byte, at int) int {
	for at < len(source) && (source[at] == ' ' || source[at] == '\t') {
		at++
	}
	return at
}

// lineEnd returns the offset of the line break that follows, or of the end.
func lineEnd(source []byte, at int) int {
	for at < len(source) && lineBreak(source, at) == 0 {
		at++
	}
	return at
}

// nextLine returns the offset behind the line break that follows.
func nextLine(source []byte, at int) int {
	at = lineEnd(source, at)
	if at < len(source) {
		at += lineBreak(source, at)
	}
	return at
}

// column returns how many bytes stand before an offset in its line.
func column(source []byte, at int) int {
	start := at
	for start > 0 && !endsWithBreak(source[:start]) {
		start--
	}
	if start == 0 && bytes.HasPrefix(source, byteOrderMark) {
		start = min(at, len(byteOrderMark))
	}
	return at - start
}

func endsWithBreak(text []byte) bool {
	switch last := text[len(text)-1]; last {
	case '\n', '\r':
		return true
	case 0x85:
		return bytes.HasSuffix(text, []byte("\u0085"))
	case 0xA8, 0xA9:
		return bytes.HasSuffix(text, []byte("\u2028")) || bytes.HasSuffix(text, []byte("\u2029"))
	}
	return false
}

// isDocumentMarker tells whether "---" or "..." stands at the start of a line.
func isDocumentMarker(source []byte, at int) bool {
	rest := source[at:]
	return (bytes.HasPrefix(rest, []byte("---")) || bytes.HasPrefix(rest, []byte("..."))) && isBlank(source, at+3)
}

// quotedEnd returns the offset behind the closing quote of the quoted scalar that starts at an offset.
func quotedEnd(source []byte, at int) int {
	quote := source[at]
	for at++; at < len(source); at++ {
		switch {
		case source[at] == '\\' && quote == '"':
			at++
		case source[at] != quote:
		case quote == '\'' && at+1 < len(source) && source[at+1] == quote:
			at++
		default:
			return at + 1
		}
	}
	return len(source)
}

// plainEnd returns where the plain scalar at an offset ends, and where the scanner goes on behind it.
// Lines that continue the scalar are indented by more than indent, unless it stands within brackets.
func plainEnd(source []byte, at, indent int, inFlow bool) (end, next int) {
	for {
		chunk := plainChunkEnd(source, at, inFlow)
		if chunk == at {
			return end, at
		}
		end = chunk
		at = skipSpacesAndTabs(source, chunk)
		if at < len(source) && lineBreak(source, at) > 0 {
			at, next = plainContinuation(source, at), at
			if at < 0 {
				return end, next
			}
			if !inFlow && column(source, at) <= indent {
				return end, at
			}
		} else if at == chunk {
			return end, at
		}
		if at >= len(source) || source[at] == '#' {
			return end, at
		}
	}
}

// plainChunkEnd returns the end of the characters that belong to a plain scalar without a space.
func plainChunkEnd(source []byte, at int, inFlow bool) int {
	for !isBlank(source, at) {
		if source[at] == ':' && (isBlank(source, at+1) || inFlow && isFlowIndicator(source, at+1)) {
			return at
		}
		if inFlow && isFlowIndicator(source, at) {
			return at
		}
		at++
	}
	return at
}

// plainContinuation skips line breaks and the spaces behind them; -1 at a document marker.
func plainContinuation(source []byte, at int) int {
	for at < len(source) {
		size := lineBreak(source, at)
		if size == 0 {
			return at
		}
		at += size
		if at < len(source) && isDocumentMarker(source, at) {
			return -1
		}
		at = skipSpaces(source, at)
	}
	return at
}

// blockScalarEnd returns the offset behind a literal or folded scalar whose parent is indented by indent.
// It is the start of the first line that does not belong to it, or the end of that line's indentation.
func blockScalarEnd(source []byte, at, indent int) int {
	least := max(indent+1, 1)
	header := blockScalarHeaderEnd(source, at)
	explicit := bytes.IndexAny(source[at:header], "123456789")
	if explicit >= 0 {
		least += int(source[at+explicit]-'0') - 1
	}
	at = nextLine(source, header)
	if explicit < 0 {
		least = max(least, contentIndent(source, at))
	}
	for {
		spaces := skipSpaces(source, at)
		switch {
		case spaces >= len(source):
			return len(source)
		case spaces-at >= least:
			at = nextLine(source, at)
		case lineBreak(source, spaces) > 0:
			at = spaces + lineBreak(source, spaces)
		default:
			return spaces
		}
	}
}

// blockScalarHeaderEnd returns the offset behind the sign of a block scalar and its indicators.
func blockScalarHeaderEnd(source []byte, at int) int {
	for !isBlank(source, at) {
		at++
	}
	return at
}

// documentEnd returns the offset of the line where the first document ends although more text follows: a
// document marker, a directive, or a line that is indented less than the first one. The server reads no
// further.
func documentEnd(source []byte) int {
	indent := -1
	at := 0
	if bytes.HasPrefix(source, byteOrderMark) {
		at = len(byteOrderMark)
	}
	for ; at < len(source); at = nextLine(source, at) {
		first := skipSpaces(source, at)
		switch {
		case first >= len(source) || source[first] == '#' || source[first] == '%' && indent < 0 || lineBreak(source, first) > 0:
		case indent >= 0 && (isDocumentMarker(source, at) || source[at] == '%' || first-at < indent):
			return at
		case indent < 0 && !isDocumentMarker(source, at):
			indent = first - at
		}
	}
	return len(source)
}

// contentIndent returns the widest indentation of the lines up to the first one that is not empty.
func contentIndent(source []byte, at int) int {
	widest := 0
	for at < len(source) {
		spaces := skipSpaces(source, at)
		widest = max(widest, spaces-at)
		size := 0
		if spaces < len(source) {
			size = lineBreak(source, spaces)
		}
		if size == 0 {
			break
		}
		at = spaces + size
	}
	return widest
}
