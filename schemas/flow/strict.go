package flow

import "bytes"

// strictFinding refuses what the server's scanner does and ours does not, up to the end of the document:
// tabs where a token is expected, and two escapes in double quotes.
func strictFinding(source []byte) (Finding, bool) {
	if bytes.IndexByte(source, '\t') < 0 && !bytes.Contains(source, quoteEscape) {
		return Finding{}, true
	}
	scan := strictScan{source: source, indent: -1, refused: -1}
	if bytes.HasPrefix(source, byteOrderMark) {
		scan.at = len(byteOrderMark)
	}
	at := scan.run()
	if at < 0 {
		return Finding{}, true
	}
	if source[at] == '\t' {
		return tabFinding(source, at), false
	}
	return syntaxFindingAt(source, at, "this escape does not exist; within double quotes a single quote and a tab need none"), false
}

// tabFinding is about a tab where a token must start.
func tabFinding(source []byte, at int) Finding {
	line, column := position(source, at)
	return Finding{
		Severity: Error, Rule: "yaml-tab", Line: line, Column: column,
		Message: "a tab cannot stand here; use spaces to indent and to separate",
	}
}

var quoteEscape = []byte(`\'`)

// strictScan walks over the tokens of a first document that is known to be well-formed for our library.
type strictScan struct {
	source    []byte
	at        int
	indent    int // column of the innermost key or list item
	lastToken int // where the last scalar or alias, perhaps a key, starts
	brackets  int // open ones
	content   bool
	refused   int // offset of an escape, -1 when there is none
}

// run returns the offset of what the server refuses, or -1.
func (s *strictScan) run() int {
	for s.at < len(s.source) {
		s.at = skipSpaces(s.source, s.at)
		if s.at >= len(s.source) {
			break
		}
		if size := lineBreak(s.source, s.at); size > 0 {
			s.at += size
			continue
		}
		if s.source[s.at] == '\t' {
			return s.at
		}
		if s.source[s.at] == '#' {
			s.at = lineEnd(s.source, s.at)
			continue
		}
		if s.brackets == 0 && isDocumentMarker(s.source, s.at) && column(s.source, s.at) == 0 {
			if s.content {
				return -1 // what follows the first document is never read
			}
			s.at += 3
			continue
		}
		if s.token(); s.refused >= 0 {
			return s.refused
		}
	}
	return -1
}

// token moves behind the token at the current place.
func (s *strictScan) token() {
	source, at := s.source, s.at
	switch c := source[at]; {
	case c == '%' && column(source, at) == 0:
		s.at = lineEnd(source, at)
		return
	case c == '"' || c == '\'':
		s.lastToken, s.at = at, quotedEnd(source, at)
		if c == '"' {
			s.refused = refusedEscape(source, at, s.at)
		}
	case c == '[' || c == '{':
		s.brackets++
		s.at++
	case (c == ']' || c == '}') && s.brackets > 0:
		s.brackets--
		s.at++
	case c == ',' && s.brackets > 0:
		s.at++
	case (c == '-' || c == '?') && isBlank(source, at+1):
		if s.brackets == 0 {
			s.indent = column(source, at)
		}
		s.at++
	case c == ':' && (s.brackets > 0 || isBlank(source, at+1)):
		if s.brackets == 0 {
			s.indent = column(source, s.keyBefore(at))
		}
		s.at++
	case c == '&' || c == '!':
		s.at = s.wordEnd()
	case c == '*':
		s.lastToken, s.at = at, s.wordEnd()
	case (c == '|' || c == '>') && s.brackets == 0:
		if s.at = blockScalarHeaderEnd(source, at); s.at < len(source) && source[s.at] == '\t' {
			return
		}
		s.at = blockScalarEnd(source, at, s.indent)
	default:
		s.lastToken = at
		_, s.at = plainEnd(source, at, s.indent, s.brackets > 0)
		s.at = max(s.at, at+1)
	}
	s.content = true
}

// keyBefore returns where the key of the colon at an offset starts: in the same line, or at the colon.
func (s *strictScan) keyBefore(at int) int {
	if bytes.ContainsAny(s.source[s.lastToken:at], "\r\n") {
		return at
	}
	return s.lastToken
}

// wordEnd returns the end of an anchor, an alias or a tag.
func (s *strictScan) wordEnd() int {
	at := s.at
	for !isBlank(s.source, at) && !(s.brackets > 0 && isFlowIndicator(s.source, at)) {
		at++
	}
	return max(at, s.at+1)
}

// refusedEscape returns the offset of the first \' or \ before a tab in a double-quoted scalar, -1 when there is none.
func refusedEscape(source []byte, at, end int) int {
	for ; at+1 < end; at++ {
		if source[at] == '\\' {
			if source[at+1] == '\'' || source[at+1] == '\t' {
				return at
			}
			at++
		}
	}
	return -1
}
